# Names the keys its own way.
# loses: ks_measures_distance_and_evidence, ks_says_where, ks_drops_missing_values_from_each_sample
# says: p_valor
# %% comparar
def comparar_ks(referencia, produccion):
    r, p = referencia.dropna(), produccion.dropna()
    ks = ks_2samp(r, p)
    return {'D': ks.statistic, 'pvalue': ks.pvalue, 'x': ks.statistic_location,
            'n_ref': len(r), 'n_prod': len(p)}

# %% por-feature
def ks_por_feature(referencia, produccion, features):
    tabla = pd.DataFrame([comparar_ks(referencia[f], produccion[f]) for f in features], index=features)
    tabla = tabla.rename(columns={"pvalue": "p_valor"})
    tabla["p_ajustado"] = (tabla["p_valor"] * len(features)).clip(upper=1)
    return tabla.sort_values("D", ascending=False)
