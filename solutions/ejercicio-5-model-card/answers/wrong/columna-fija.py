# Always groups by sex.
# loses: metrics_by_group
# says: usá los argumentos
# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    partes = evidencia.groupby("sexo")
    return pd.DataFrame({g: metricas(p["y_true"], p["y_pred"]) for g, p in partes}).T
