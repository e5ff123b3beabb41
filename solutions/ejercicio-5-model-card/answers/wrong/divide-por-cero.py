# Divides without asking whether there is anything to divide by.
# loses: a_metric_that_does_not_exist_is_nan, metrics_by_group
# says: preguntá si hay entre qué
# %% metricas
def metricas(y_true, y_pred):
    real, dicho = list(y_true), list(y_pred)
    vp = sum(r == 1 and d == 1 for r, d in zip(real, dicho))
    return {
        "n": len(real),
        "exactitud": sum(r == d for r, d in zip(real, dicho)) / len(real),
        "precision": vp / dicho.count(1),
        "recall": vp / real.count(1),
    }
