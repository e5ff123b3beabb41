# Missing values go into the test: nan.
# loses: ks_drops_missing_values_from_each_sample
# says: devuelve nan
# %% comparar
def comparar_ks(referencia, produccion):
    resultado = ks_2samp(referencia, produccion)
    return {
        "D": resultado.statistic,
        "p_valor": resultado.pvalue,
        "x": resultado.statistic_location,
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
