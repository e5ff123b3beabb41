# Fails where no group is left.
# loses: gap_needs_two_groups
# says: Contá cuántos grupos quedan
# %% brecha
def brecha(tabla, metrica, n_min=10):
    valores = [v for n, v in zip(tabla["n"], tabla[metrica]) if n >= n_min and v == v]
    return float("nan") if len(valores) == 1 else max(valores) - min(valores)
