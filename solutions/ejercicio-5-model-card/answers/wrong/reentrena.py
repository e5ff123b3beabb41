# Fits the model again, on the evaluation rows.
# loses: evidence_says_what_the_model_said, evidence_without_probabilities, saved_evidence_is_of_the_saved_model
# says: acá no se entrena nada
# %% evidencia
def armar_evidencia(modelo, X, y):
    modelo.fit(X, y)
    score = modelo.predict_proba(X)[:, 1] if hasattr(modelo, "predict_proba") else np.nan
    return grupos(X).assign(y_true=y, y_pred=modelo.predict(X), y_score=score)
