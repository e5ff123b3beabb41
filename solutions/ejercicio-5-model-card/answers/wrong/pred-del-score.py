# y_pred by comparing the score with 0.5.
# loses: evidence_says_what_the_model_said, evidence_without_probabilities
# says: no lo calcules con `y_score`
# %% evidencia
def armar_evidencia(modelo, X, y):
    tiene = hasattr(modelo, "predict_proba")
    tabla = grupos(X).assign(
        y_true=y, y_score=modelo.predict_proba(X)[:, 1] if tiene else np.nan
    )
    tabla["y_pred"] = (tabla["y_score"] > 0.5).astype(int)
    return tabla
