# Trains on the notebook's table instead of the arguments.
# loses: pipeline_learns_from_what_it_is_given, pipeline_withstands_production, training_is_reproducible
# says: con los argumentos X e y
# %% entrenar
titanic = pd.read_csv(DATOS / "titanic.csv")
from sklearn.ensemble import GradientBoostingClassifier


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
    return modelo.fit(titanic[X.columns], titanic["survived"])
