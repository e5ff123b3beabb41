# Every numeric column, not those of the list.
# loses: table_has_one_row_per_feature, p_is_corrected_by_the_number_of_features
# says: cada feature de la lista
# %% por-feature
def ks_por_feature(referencia, produccion, features):
    pruebas = {f: comparar_ks(referencia[f], produccion[f]) for f in referencia.select_dtypes('number').columns}
    tabla = pd.DataFrame.from_dict(pruebas, orient="index")[["D", "p_valor"]]
    tabla['p_ajustado'] = (tabla['p_valor'] * len(features)).clip(upper=1)
    return tabla.sort_values("D", ascending=False)
