# Always asks for ten cases.
# loses: gap_is_largest_minus_smallest, gap_needs_two_groups
# says: no un 10 fijo
# %% brecha
def brecha(tabla, metrica, n_min=10):
    valores = tabla.loc[tabla["n"] >= 10, metrica].dropna()
    return float(valores.max() - valores.min()) if len(valores) > 1 else float("nan")
