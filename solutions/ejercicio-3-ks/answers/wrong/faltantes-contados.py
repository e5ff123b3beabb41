# n with the missing values.
# loses: ks_drops_missing_values_from_each_sample
# says: después de descartar
# %% comparar
def comparar_ks(referencia, produccion):
    r, p = referencia.dropna(), produccion.dropna()
    resultado = ks_2samp(r, p)
    return {
        "D": resultado.statistic,
        "p_valor": resultado.pvalue,
        "x": resultado.statistic_location,
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
