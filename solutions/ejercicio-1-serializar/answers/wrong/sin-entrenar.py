# Returns the Pipeline before fitting it.
# loses: pipeline_learns_from_what_it_is_given, pipeline_withstands_production, training_is_reproducible, delivered_model_and_card_agree
# says: ¿Lo devolviste ya entrenado?
# %% entrenar
def entrenar(X, y):
    textos = ["sex", "embarked"]
    numeros = ["pclass", "age", "sibsp", "parch", "fare"]
    modelo = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), textos),
            (SimpleImputer(strategy="median"), numeros),
        ),
        RandomForestClassifier(20, max_depth=6, random_state=0),
    )
    return modelo
