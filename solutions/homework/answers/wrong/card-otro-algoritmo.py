# Names an algorithm that is not the saved model's.
# loses: card_has_model_details
# says: Algoritmo
# %% file MODEL_CARD.md
text = reference.replace("`LogisticRegression`", "`RandomForestClassifier`")
