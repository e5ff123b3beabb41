# Rows and columns swapped.
# loses: metrics_by_group
# says: Una fila por grupo
# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    partes = evidencia.groupby(columna)
    return pd.DataFrame({g: metricas(p["y_true"], p["y_pred"]) for g, p in partes})
