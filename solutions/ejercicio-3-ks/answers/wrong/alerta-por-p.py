# Alerts on the corrected p-value alone.
# loses: alert_needs_evidence_and_size, alert_uses_the_corrected_p, limits_do_not_alert, thresholds_are_the_arguments
# says: pedí también que D
# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    alerta = (tabla["p_ajustado"] < alfa)
    return tabla.index[alerta].tolist()
