# The smallest minus the largest.
# loses: gap_is_largest_minus_smallest, gap_needs_two_groups
# says: el mayor menos el menor
# %% brecha
def brecha(tabla, metrica, n_min=10):
    valores = tabla.loc[tabla["n"] >= n_min, metrica].dropna()
    return float(valores.min() - valores.max()) if len(valores) > 1 else float("nan")
