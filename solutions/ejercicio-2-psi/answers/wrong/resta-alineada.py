# Lets pandas align: a level that only one has becomes nan, and sum skips it.
# loses: levels_may_appear_and_vanish
# says: la unión
# %% psi-categorico
def psi_categorico(referencia, produccion):
    p = referencia.value_counts(normalize=True, dropna=False).clip(lower=PISO)
    q = produccion.value_counts(normalize=True, dropna=False).clip(lower=PISO)
    return ((q - p) * np.log(q / p)).sum()
