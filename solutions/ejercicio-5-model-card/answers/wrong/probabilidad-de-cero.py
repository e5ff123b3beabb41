# The score is the probability of class 0.
# loses: evidence_says_what_the_model_said, saved_evidence_is_of_the_saved_model
# says: segunda columna de `predict_proba`
# %% evidencia
def armar_evidencia(modelo, X, y):
    tabla = grupos(X).assign(y_true=y, y_pred=modelo.predict(X), y_score=np.nan)
    if hasattr(modelo, "predict_proba"):
        tabla["y_score"] = modelo.predict_proba(X)[:, 0]
    return tabla
