# Asks the notebook's model, not the argument.
# loses: evidence_says_what_the_model_said, evidence_without_probabilities
# says: modelo que recibe la función
# %% evidencia
def armar_evidencia(m, X, y):
    score = modelo.predict_proba(X)[:, 1] if hasattr(m, "predict_proba") else np.nan
    return grupos(X).assign(y_true=y, y_pred=modelo.predict(X), y_score=score)
