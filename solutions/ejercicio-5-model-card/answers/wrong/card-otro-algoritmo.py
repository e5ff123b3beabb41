# Names an algorithm and a version that are not those of the saved model.
# loses: card_has_its_seven_sections
# says: Algoritmo
# %% file MODEL_CARD.md
text = reference.replace("`RandomForestClassifier`", "`LogisticRegression`").replace("1.9.1", "0.24.2")
