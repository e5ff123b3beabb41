# 0.05 written in the condition.
# loses: thresholds_are_the_arguments
# says: Usá los argumentos
# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    alerta = (tabla["p_ajustado"] < 0.05) & (tabla["D"] > d_minimo)
    return tabla.index[alerta].tolist()
