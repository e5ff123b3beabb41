# The raw columns under the groups' names.
# loses: evidence_says_what_the_model_said
# says: Los grupos salen de `grupos(X)`
# %% evidencia
def armar_evidencia(modelo, X, y):
    score = modelo.predict_proba(X)[:, 1] if hasattr(modelo, "predict_proba") else np.nan
    return pd.DataFrame(
        {
            "y_true": y,
            "y_pred": modelo.predict(X),
            "y_score": score,
            "sexo": X["sex"],
            "clase": X["pclass"],
            "edad": X["age"],
        }
    )
