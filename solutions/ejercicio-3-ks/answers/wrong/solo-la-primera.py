# Returns at the first one that alerts.
# loses: alert_needs_evidence_and_size, alert_uses_the_corrected_p, limits_do_not_alert, thresholds_are_the_arguments
# says: todas las filas
# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    for feature in tabla.index:
        if tabla.loc[feature, "p_ajustado"] < alfa and tabla.loc[feature, "D"] > d_minimo:
            return [feature]
    return []
