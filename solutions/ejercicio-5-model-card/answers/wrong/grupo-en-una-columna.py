# The group's name in a column, not in the index.
# loses: metrics_by_group
# says: con el nombre del grupo en el índice
# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    filas = []
    for grupo, parte in evidencia.groupby(columna):
        filas.append({columna: grupo, **metricas(parte["y_true"], parte["y_pred"])})
    return pd.DataFrame(filas)
