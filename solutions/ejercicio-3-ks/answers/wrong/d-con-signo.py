# D with the sign of the difference.
# loses: ks_measures_distance_and_evidence
# says: sin signo
# %% comparar
def comparar_ks(referencia, produccion):
    referencia, produccion = referencia.dropna(), produccion.dropna()
    resultado = ks_2samp(referencia, produccion)
    return {
        "D": resultado.statistic * resultado.statistic_sign,
        "p_valor": resultado.pvalue,
        "x": resultado.statistic_location,
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
