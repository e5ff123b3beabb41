# Holm's correction instead of Bonferroni's.
# loses: p_is_corrected_by_the_number_of_features
# says: Bonferroni
# %% por-feature
def ks_por_feature(referencia, produccion, features):
    pruebas = {f: comparar_ks(referencia[f], produccion[f]) for f in features}
    tabla = pd.DataFrame.from_dict(pruebas, orient="index")[["D", "p_valor"]]
    from statsmodels.stats.multitest import multipletests
    tabla['p_ajustado'] = multipletests(tabla['p_valor'], method='holm')[1]
    return tabla.sort_values("D", ascending=False)
