# Measures the notebook's evidence, not the argument.
# loses: metrics_by_group
# says: usá los argumentos
# %% por-grupo
tabla_de_siempre = evidencia


def metricas_por_grupo(e, columna):
    partes = tabla_de_siempre.groupby(columna)
    return pd.DataFrame({g: metricas(p["y_true"], p["y_pred"]) for g, p in partes}).T
