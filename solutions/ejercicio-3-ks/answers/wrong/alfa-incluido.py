# <= for <.
# loses: limits_do_not_alert
# says: estrictas
# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    alerta = (tabla["p_ajustado"] <= alfa) & (tabla["D"] > d_minimo)
    return tabla.index[alerta].tolist()
