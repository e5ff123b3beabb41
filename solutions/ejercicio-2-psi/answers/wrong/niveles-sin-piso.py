# No floor: a level that appears gives infinity.
# loses: levels_may_appear_and_vanish
# says: piso de 0.0001
# %% psi-categorico
def psi_categorico(referencia, produccion):
    p = referencia.value_counts(normalize=True, dropna=False)
    q = produccion.value_counts(normalize=True, dropna=False)
    tabla = pd.concat([p, q], axis=1, keys=["p", "q"]).fillna(0)
    return ((tabla["q"] - tabla["p"]) * np.log(tabla["q"] / tabla["p"])).sum()
