# A nan counts as a 0.
# loses: gap_needs_two_groups
# says: sin los nan
# %% brecha
def brecha(tabla, metrica, n_min=10):
    valores = tabla.loc[tabla["n"] >= n_min, metrica].fillna(0)
    return float(valores.max() - valores.min()) if len(valores) > 1 else float("nan")
