# A t test: compares the means only.
# loses: ks_measures_distance_and_evidence
# says: D
# %% comparar
def comparar_ks(referencia, produccion):
    referencia, produccion = referencia.dropna(), produccion.dropna()
    from scipy.stats import ttest_ind
    resultado = ks_2samp(referencia, produccion)
    return {
        "D": abs(referencia.mean() - produccion.mean()),
        "p_valor": ttest_ind(referencia, produccion).pvalue,
        "x": resultado.statistic_location,
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
