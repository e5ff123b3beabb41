# D of KS with the p-value of Mann-Whitney.
# loses: ks_measures_distance_and_evidence
# says: p
# %% comparar
def comparar_ks(referencia, produccion):
    referencia, produccion = referencia.dropna(), produccion.dropna()
    from scipy.stats import mannwhitneyu
    resultado = ks_2samp(referencia, produccion)
    return {
        "D": resultado.statistic,
        "p_valor": mannwhitneyu(referencia, produccion).pvalue,
        "x": resultado.statistic_location,
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
