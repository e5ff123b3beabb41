# Returns the pipeline without fitting it.
# loses: saved_model_takes_raw_rows, saved_model_generalises, saved_evidence_is_of_the_saved_model, card_is_true_of_the_saved_model, training_uses_its_arguments
# says: no pudo predecir
# %% entrenar
def entrenar(X, y):
    preparacion = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["sex", "embarked"]),
        (SimpleImputer(strategy="median"), ["pclass", "age", "sibsp", "parch", "fare"]),
    )
    bosque = RandomForestClassifier(15, max_depth=5, random_state=SEMILLA)
    return make_pipeline(preparacion, bosque)
