# Always the recall's gap.
# loses: gap_needs_two_groups
# says: argumento `metrica`
# %% brecha
def brecha(tabla, metrica, n_min=10):
    valores = tabla.loc[tabla["n"] >= n_min, "recall"].dropna()
    return float(valores.max() - valores.min()) if len(valores) > 1 else float("nan")
