# x is a position, not a value.
# loses: ks_says_where
# says: se separan
# %% comparar
def comparar_ks(referencia, produccion):
    referencia, produccion = referencia.dropna(), produccion.dropna()
    puntos = np.union1d(referencia, produccion)
    separacion = abs(ecdf(referencia, puntos) - ecdf(produccion, puntos))
    resultado = ks_2samp(referencia, produccion)
    return {
        "D": resultado.statistic,
        "p_valor": resultado.pvalue,
        "x": int(separacion.argmax()),
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
