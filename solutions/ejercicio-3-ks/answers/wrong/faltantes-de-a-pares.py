# Drops a row where either sample lacks it.
# loses: ks_measures_distance_and_evidence, ks_drops_missing_values_from_each_sample
# says: sin emparejar filas
# %% comparar
def comparar_ks(referencia, produccion):
    filas = pd.DataFrame({'r': referencia.to_numpy()[: len(produccion)], 'p': produccion.to_numpy()[: len(referencia)]}).dropna()
    referencia, produccion = filas['r'], filas['p']
    resultado = ks_2samp(referencia, produccion)
    return {
        "D": resultado.statistic,
        "p_valor": resultado.pvalue,
        "x": resultado.statistic_location,
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
