# Decides with p_valor.
# loses: alert_uses_the_corrected_p
# says: la decisión va con p_ajustado
# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    alerta = (tabla["p_valor"] < alfa) & (tabla["D"] > d_minimo)
    return tabla.index[alerta].tolist()
