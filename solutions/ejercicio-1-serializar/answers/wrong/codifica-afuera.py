# Turns texts into numbers outside the Pipeline.
# loses: pipeline_learns_from_what_it_is_given, pipeline_withstands_production, training_is_reproducible, delivered_model_and_card_agree
# says: no pudo predecir
# %% entrenar
def entrenar(X, y):
    X = X.copy()
    X["sex"] = X["sex"].map({"male": 0, "female": 1})
    X["embarked"] = X["embarked"].map({"S": 0, "C": 1, "Q": 2})
    modelo = make_pipeline(
        SimpleImputer(), RandomForestClassifier(n_estimators=25, random_state=SEMILLA)
    )
    modelo.fit(X, y)
    return modelo
