# x is the median of the reference.
# loses: ks_says_where
# says: se separan
# %% comparar
def comparar_ks(referencia, produccion):
    referencia, produccion = referencia.dropna(), produccion.dropna()
    resultado = ks_2samp(referencia, produccion)
    return {
        "D": resultado.statistic,
        "p_valor": resultado.pvalue,
        "x": float(referencia.median()),
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
