# p_ajustado above 1.
# loses: p_is_corrected_by_the_number_of_features
# says: acotalo
# %% por-feature
def ks_por_feature(referencia, produccion, features):
    pruebas = {f: comparar_ks(referencia[f], produccion[f]) for f in features}
    tabla = pd.DataFrame.from_dict(pruebas, orient="index")[["D", "p_valor"]]
    tabla['p_ajustado'] = tabla['p_valor'] * len(features)
    return tabla.sort_values("D", ascending=False)
