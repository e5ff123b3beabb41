# Returns a tuple, not a dict.
# loses: ks_measures_distance_and_evidence, ks_says_where, ks_drops_missing_values_from_each_sample
# says: un diccionario
# %% comparar
def comparar_ks(referencia, produccion):
    r, p = referencia.dropna(), produccion.dropna()
    ks = ks_2samp(r, p)
    return ks.statistic, ks.pvalue, ks.statistic_location, len(r), len(p)

# %% por-feature
def ks_por_feature(referencia, produccion, features):
    filas = [comparar_ks(referencia[f], produccion[f])[:2] for f in features]
    tabla = pd.DataFrame(filas, index=features, columns=["D", "p_valor"])
    tabla["p_ajustado"] = (tabla["p_valor"] * len(features)).clip(upper=1)
    return tabla.sort_values("D", ascending=False)
