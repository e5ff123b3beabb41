# Multiplies by how many rows the sample has.
# loses: p_is_corrected_by_the_number_of_features
# says: de filas
# %% por-feature
def ks_por_feature(referencia, produccion, features):
    pruebas = {f: comparar_ks(referencia[f], produccion[f]) for f in features}
    tabla = pd.DataFrame.from_dict(pruebas, orient="index")[["D", "p_valor"]]
    tabla['p_ajustado'] = (tabla['p_valor'] * len(referencia)).clip(upper=1)
    return tabla.sort_values("D", ascending=False)
