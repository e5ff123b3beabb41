# A regressor in place of a classifier.
# loses: saved_model_takes_raw_rows, saved_model_generalises, saved_evidence_is_of_the_saved_model, card_is_true_of_the_saved_model
# says: no predice 0 o 1
# %% entrenar
from sklearn.ensemble import RandomForestRegressor


def entrenar(X, y):
    preparacion = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["sex", "embarked"]),
        (SimpleImputer(strategy="median"), ["pclass", "age", "sibsp", "parch", "fare"]),
    )
    return make_pipeline(preparacion, RandomForestRegressor(15, random_state=SEMILLA)).fit(X, y)

# %% file MODEL_CARD.md
text = reference.replace("`RandomForestClassifier`", "`RandomForestRegressor`")
