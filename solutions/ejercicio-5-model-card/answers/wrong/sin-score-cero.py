# Writes 0 where there is no probability.
# loses: evidence_without_probabilities
# says: en nan
# %% evidencia
def armar_evidencia(modelo, X, y):
    score = modelo.predict_proba(X)[:, 1] if hasattr(modelo, "predict_proba") else 0.0
    return grupos(X).assign(y_true=y, y_pred=modelo.predict(X), y_score=score)
