# Logarithm of base 2 in the levels.
# loses: levels_are_matched_by_name, levels_may_appear_and_vanish, missing_values_are_a_level, numbers_may_be_levels
# says: logaritmo
# %% psi-categorico
def psi_categorico(referencia, produccion):
    p = referencia.value_counts(normalize=True, dropna=False)
    q = produccion.value_counts(normalize=True, dropna=False)
    tabla = pd.concat([p, q], axis=1, keys=["p", "q"]).fillna(0).clip(lower=PISO)
    return ((tabla["q"] - tabla["p"]) * np.log2(tabla["q"] / tabla["p"])).sum()
