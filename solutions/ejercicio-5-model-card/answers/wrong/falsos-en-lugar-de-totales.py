# Divides the hits by the misses: a ratio, not a share.
# loses: metrics_are_right, metrics_by_group
# says: `precision` dio
# %% metricas
def metricas(y_true, y_pred):
    real, dicho = np.asarray(y_true), np.asarray(y_pred)
    vp = int(((real == 1) & (dicho == 1)).sum())
    fp, fn = int(((real == 0) & (dicho == 1)).sum()), int(((real == 1) & (dicho == 0)).sum())
    return {
        "n": len(real),
        "exactitud": (real == dicho).mean(),
        "precision": vp / fp if fp else float("nan"),
        "recall": vp / fn if fn else float("nan"),
    }
