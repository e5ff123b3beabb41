# One-sided: alternative='greater'.
# loses: ks_measures_distance_and_evidence, ks_says_where
# says: una sola cola
# %% comparar
def comparar_ks(referencia, produccion):
    referencia, produccion = referencia.dropna(), produccion.dropna()
    resultado = ks_2samp(referencia, produccion, alternative="greater")
    return {
        "D": resultado.statistic,
        "p_valor": resultado.pvalue,
        "x": resultado.statistic_location,
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
