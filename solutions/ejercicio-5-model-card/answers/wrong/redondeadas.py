# Rounds to two decimals.
# loses: metrics_are_right, metrics_by_group
# says: Sin redondear
# %% metricas
def metricas(y_true, y_pred):
    real, dicho = np.asarray(y_true), np.asarray(y_pred)
    vp = int(((real == 1) & (dicho == 1)).sum())
    dijo, eran = int((dicho == 1).sum()), int((real == 1).sum())
    precision = vp / dijo if dijo else float("nan")
    recall = vp / eran if eran else float("nan")
    exactitud = (real == dicho).mean()
    return {
        "n": len(real),
        "exactitud": round(exactitud, 2),
        "precision": round(precision, 2),
        "recall": round(recall, 2),
    }
