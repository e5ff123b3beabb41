# Drops the groups whose metrics are not all defined.
# loses: metrics_by_group
# says: los grupos son uno, dos y tres
# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    partes = evidencia.groupby(columna)
    return pd.DataFrame({g: metricas(p["y_true"], p["y_pred"]) for g, p in partes}).T.dropna()
