# Measures the whole in every group.
# loses: metrics_by_group
# says: que son todas
# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    filas = {}
    for grupo, parte in evidencia.groupby(columna):
        filas[grupo] = metricas(evidencia["y_true"], evidencia["y_pred"])
    return pd.DataFrame(filas).T
