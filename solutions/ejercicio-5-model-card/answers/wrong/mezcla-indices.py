# Puts columns without an index beside columns with one: pandas aligns them.
# loses: evidence_says_what_the_model_said, evidence_without_probabilities, saved_evidence_is_of_the_saved_model
# says: otro índice
# %% evidencia
def armar_evidencia(modelo, X, y):
    score = modelo.predict_proba(X)[:, 1] if hasattr(modelo, "predict_proba") else np.nan
    lo_dicho = pd.DataFrame({"y_pred": modelo.predict(X), "y_score": score})
    return pd.concat([y.rename("y_true"), lo_dicho, grupos(X)], axis=1)
