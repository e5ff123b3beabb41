# The features in a column, not in the index.
# loses: table_has_one_row_per_feature, p_is_corrected_by_the_number_of_features
# says: como índice
# %% por-feature
def ks_por_feature(referencia, produccion, features):
    pruebas = {f: comparar_ks(referencia[f], produccion[f]) for f in features}
    tabla = pd.DataFrame.from_dict(pruebas, orient="index")[["D", "p_valor"]]
    tabla['p_ajustado'] = (tabla['p_valor'] * len(features)).clip(upper=1)
    return tabla.sort_values('D', ascending=False).reset_index()
