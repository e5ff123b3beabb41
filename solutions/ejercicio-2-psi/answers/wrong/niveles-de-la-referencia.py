# Only the levels that the reference has.
# loses: levels_may_appear_and_vanish
# says: la unión
# %% psi-categorico
def psi_categorico(referencia, produccion):
    p = referencia.value_counts(normalize=True, dropna=False)
    q = produccion.value_counts(normalize=True, dropna=False)
    tabla = pd.concat([p, q], axis=1, keys=["p", "q"]).loc[p.index].fillna(0).clip(lower=PISO)
    return ((tabla["q"] - tabla["p"]) * np.log(tabla["q"] / tabla["p"])).sum()
