# 0.05 and 0.1 written in the condition.
# loses: thresholds_are_the_arguments
# says: Usá los argumentos
# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    alerta = (tabla["p_ajustado"] < 0.05) & (tabla["D"] > 0.1)
    return tabla.index[alerta].tolist()
