# Saves one model and goes on improving another.
# loses: artefact_is_the_model
# says: predicen distinto
# %% guardar
joblib.dump(modelo, "modelo.joblib")
modelo = make_pipeline(
    preparacion, DecisionTreeClassifier(max_depth=2, random_state=SEMILLA)
)
modelo.fit(entrenamiento[FEATURES], entrenamiento["mora"])
