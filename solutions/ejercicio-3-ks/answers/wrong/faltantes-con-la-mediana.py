# Missing values become the median.
# loses: ks_drops_missing_values_from_each_sample
# says: inventa datos
# %% comparar
def comparar_ks(referencia, produccion):
    referencia = referencia.fillna(referencia.median())
    produccion = produccion.fillna(produccion.median())
    resultado = ks_2samp(referencia, produccion)
    return {
        "D": resultado.statistic,
        "p_valor": resultado.pvalue,
        "x": resultado.statistic_location,
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
