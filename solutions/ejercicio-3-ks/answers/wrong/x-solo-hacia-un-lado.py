# As the one before, looking the other way.
# loses: ks_says_where
# says: sin signo
# %% comparar
def comparar_ks(referencia, produccion):
    referencia, produccion = referencia.dropna(), produccion.dropna()
    puntos = np.union1d(referencia, produccion)
    separacion = ecdf(referencia, puntos) - ecdf(produccion, puntos)
    resultado = ks_2samp(referencia, produccion)
    return {
        "D": resultado.statistic,
        "p_valor": resultado.pvalue,
        "x": float(puntos[separacion.argmax()]),
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
