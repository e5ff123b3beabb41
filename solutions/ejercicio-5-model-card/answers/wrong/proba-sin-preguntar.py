# Takes predict_proba for granted.
# loses: evidence_without_probabilities
# says: preguntá antes con
# %% evidencia
def armar_evidencia(modelo, X, y):
    return grupos(X).assign(
        y_true=y, y_pred=modelo.predict(X), y_score=modelo.predict_proba(X)[:, 1]
    )
