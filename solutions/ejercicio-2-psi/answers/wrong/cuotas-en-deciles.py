# Sends numbers to the deciles of part 1.
# loses: numbers_may_be_levels
# says: cortar en deciles
# %% psi-categorico
def psi_categorico(referencia, produccion):
    if pd.api.types.is_numeric_dtype(referencia):
        return psi(referencia, produccion)
    p = referencia.value_counts(normalize=True, dropna=False)
    q = produccion.value_counts(normalize=True, dropna=False)
    tabla = pd.concat([p, q], axis=1, keys=["p", "q"]).fillna(0).clip(lower=PISO)
    return ((tabla["q"] - tabla["p"]) * np.log(tabla["q"] / tabla["p"])).sum()
