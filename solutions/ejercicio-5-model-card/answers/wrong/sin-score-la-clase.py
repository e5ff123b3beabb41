# Uses the predicted class as the score where there is no probability.
# loses: evidence_without_probabilities
# says: en nan
# %% evidencia
def armar_evidencia(modelo, X, y):
    y_pred = modelo.predict(X)
    score = modelo.predict_proba(X)[:, 1] if hasattr(modelo, "predict_proba") else y_pred
    return grupos(X).assign(y_true=y, y_pred=y_pred, y_score=score)
