# Always says the majority class.
# loses: model_ranks_better_than_chance, model_has_not_seen_the_evaluation, card_is_true_of_the_saved_model
# says: se pide 0,60 o más (decir siempre lo mismo da 0,50)
# %% modelo
from sklearn.dummy import DummyClassifier

modelo = DummyClassifier()
modelo.fit(entrenamiento[FEATURES], entrenamiento["mora"])

# %% file MODEL_CARD.md
text = reference.replace("`LogisticRegression`", "`DummyClassifier`")
