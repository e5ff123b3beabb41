# The preprocessing stays outside the model that is saved.
# loses: saved_model_takes_raw_rows, saved_model_generalises, saved_evidence_is_of_the_saved_model, card_is_true_of_the_saved_model, training_uses_its_arguments
# says: no pudo predecir
# %% entrenar
def entrenar(X, y):
    X = pd.get_dummies(X, columns=["sex", "embarked"])
    X["age"] = X["age"].fillna(X["age"].median())
    return RandomForestClassifier(15, max_depth=5, random_state=SEMILLA).fit(X, y)
