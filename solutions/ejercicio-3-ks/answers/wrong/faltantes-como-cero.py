# Missing values become zeros.
# loses: ks_drops_missing_values_from_each_sample
# says: inventa datos
# %% comparar
def comparar_ks(referencia, produccion):
    referencia, produccion = referencia.fillna(0), produccion.fillna(0)
    resultado = ks_2samp(referencia, produccion)
    return {
        "D": resultado.statistic,
        "p_valor": resultado.pvalue,
        "x": resultado.statistic_location,
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
