# Spells a key in another way.
# loses: metrics_are_right, a_metric_that_does_not_exist_is_nan, metrics_by_group
# says: sin tilde
# %% metricas
def metricas(y_true, y_pred):
    real, dicho = np.asarray(y_true), np.asarray(y_pred)
    vp = int(((real == 1) & (dicho == 1)).sum())
    dijo, eran = int((dicho == 1).sum()), int((real == 1).sum())
    precision = vp / dijo if dijo else float("nan")
    recall = vp / eran if eran else float("nan")
    return {
        "n": len(real),
        "exactitud": (real == dicho).mean(),
        "precisión": precision,
        "recall": recall,
    }
