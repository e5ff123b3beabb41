# Drops the rows with missing values, so the model cannot take them later.
# loses: saved_model_takes_raw_rows, saved_model_generalises, saved_evidence_is_of_the_saved_model, card_is_true_of_the_saved_model, training_uses_its_arguments
# says: NaN
# %% entrenar
from sklearn.linear_model import LogisticRegression


def entrenar(X, y):
    completas = X.dropna()
    preparacion = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["sex", "embarked"]), remainder="passthrough"
    )
    modelo = make_pipeline(preparacion, LogisticRegression(max_iter=2000))
    return modelo.fit(completas, y[completas.index])

# %% file MODEL_CARD.md
text = reference.replace("`RandomForestClassifier`", "`LogisticRegression`")
