# A forest without random_state.
# loses: training_is_reproducible
# says: random_state
# %% entrenar
def entrenar(X, y):
    textos = ["sex", "embarked"]
    numeros = ["pclass", "age", "sibsp", "parch", "fare"]
    modelo = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), textos),
            (SimpleImputer(strategy="median"), numeros),
        ),
        RandomForestClassifier(20, max_depth=6),
    )
    return modelo.fit(X, y)
