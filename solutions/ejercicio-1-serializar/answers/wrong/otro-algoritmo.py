# Another algorithm than the one asked for.
# loses: pipeline_learns_from_what_it_is_given, pipeline_withstands_production, training_is_reproducible
# says: se esperaba un RandomForestClassifier
# %% entrenar
from sklearn.ensemble import GradientBoostingClassifier


def entrenar(X, y):
    textos = ["sex", "embarked"]
    numeros = ["pclass", "age", "sibsp", "parch", "fare"]
    modelo = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), textos),
            (SimpleImputer(strategy="median"), numeros),
        ),
        GradientBoostingClassifier(random_state=0),
    )
    return modelo.fit(X, y)
