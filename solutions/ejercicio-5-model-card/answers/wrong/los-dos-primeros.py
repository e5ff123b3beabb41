# Only the two largest groups.
# loses: metrics_by_group
# says: los grupos son uno, dos y tres
# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    tabla = {}
    for grupo in evidencia[columna].value_counts().index[:2]:
        parte = evidencia[evidencia[columna] == grupo]
        tabla[grupo] = metricas(parte["y_true"], parte["y_pred"])
    return pd.DataFrame(tabla).T
