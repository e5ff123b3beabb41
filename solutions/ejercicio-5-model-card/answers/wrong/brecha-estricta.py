# Asks for more than n_min cases.
# loses: gap_is_largest_minus_smallest, gap_needs_two_groups
# says: `n_min` casos o más
# %% brecha
def brecha(tabla, metrica, n_min=10):
    valores = tabla.loc[tabla["n"] > n_min, metrica].dropna()
    return float(valores.max() - valores.min()) if len(valores) > 1 else float("nan")
