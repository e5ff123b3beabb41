# value_counts without dropna=False.
# loses: missing_values_are_a_level
# says: dropna=False
# %% psi-categorico
def psi_categorico(referencia, produccion):
    p = referencia.value_counts(normalize=True)
    q = produccion.value_counts(normalize=True)
    tabla = pd.concat([p, q], axis=1, keys=["p", "q"]).fillna(0).clip(lower=PISO)
    return ((tabla["q"] - tabla["p"]) * np.log(tabla["q"] / tabla["p"])).sum()
