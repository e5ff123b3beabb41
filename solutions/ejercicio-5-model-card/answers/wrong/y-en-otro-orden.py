# The labels in the order of the passengers' numbers, which is not that of X.
# loses: evidence_says_what_the_model_said, saved_evidence_is_of_the_saved_model
# says: `y_true` no es lo que le pasó a ese pasajero
# %% evidencia
def armar_evidencia(modelo, X, y):
    score = modelo.predict_proba(X)[:, 1] if hasattr(modelo, "predict_proba") else np.nan
    lo_dicho = pd.DataFrame({"y_pred": modelo.predict(X), "y_score": score}, index=X.index)
    return lo_dicho.assign(y_true=y.sort_index().to_numpy()).join(grupos(X))
