# OneHotEncoder with its default, which raises on an unknown port.
# loses: pipeline_withstands_production
# says: categoría desconocida
# %% entrenar
def entrenar(X, y):
    textos = ["sex", "embarked"]
    numeros = ["pclass", "age", "sibsp", "parch", "fare"]
    modelo = make_pipeline(
        make_column_transformer((OneHotEncoder(), textos), (SimpleImputer(), numeros)),
        RandomForestClassifier(20, max_depth=6, random_state=0),
    )
    return modelo.fit(X, y)
