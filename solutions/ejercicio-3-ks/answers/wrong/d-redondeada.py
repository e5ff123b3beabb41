# D rounded to two decimals.
# loses: ks_measures_distance_and_evidence
# says: sin redondear
# %% comparar
def comparar_ks(referencia, produccion):
    referencia, produccion = referencia.dropna(), produccion.dropna()
    resultado = ks_2samp(referencia, produccion)
    return {
        "D": round(resultado.statistic, 2),
        "p_valor": resultado.pvalue,
        "x": resultado.statistic_location,
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
