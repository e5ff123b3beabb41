# Subtracts two value_counts by position.
# loses: levels_are_matched_by_name, levels_may_appear_and_vanish, missing_values_are_a_level, numbers_may_be_levels
# says: no por su posición
# %% psi-categorico
def psi_categorico(referencia, produccion):
    p = referencia.value_counts(normalize=True, dropna=False).to_numpy()
    q = produccion.value_counts(normalize=True, dropna=False).to_numpy()
    k = max(len(p), len(q))
    p = np.maximum(np.pad(p, (0, k - len(p))), PISO)
    q = np.maximum(np.pad(q, (0, k - len(q))), PISO)
    return np.sum((q - p) * np.log(q / p))
