# Returns an Index, not a list.
# loses: alert_needs_evidence_and_size, alert_uses_the_corrected_p, limits_do_not_alert, thresholds_are_the_arguments
# says: una lista
# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    alerta = (tabla["p_ajustado"] < alfa) & (tabla["D"] > d_minimo)
    return tabla.index[alerta]
