# One group has a gap of 0.
# loses: gap_needs_two_groups
# says: un solo grupo
# %% brecha
def brecha(tabla, metrica, n_min=10):
    valores = tabla.loc[tabla["n"] >= n_min, metrica].dropna()
    return float(valores.max() - valores.min())
