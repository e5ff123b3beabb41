# Saves the model before fitting it.
# loses: artefact_works_by_itself, artefact_is_the_model, card_is_true_of_the_saved_model
# says: ya entrenado
# %% modelo
preparacion = make_column_transformer(
    (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), NUMERICAS),
    (OneHotEncoder(handle_unknown="ignore"), CATEGORICAS),
)
modelo = make_pipeline(preparacion, LogisticRegression(max_iter=1_000))
joblib.dump(modelo, "modelo.joblib")
modelo.fit(entrenamiento[FEATURES], entrenamiento["mora"])

# %% guardar
print("ya está guardado")
