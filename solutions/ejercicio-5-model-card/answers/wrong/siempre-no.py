# A model that always says the majority class.
# loses: saved_model_generalises
# says: decir siempre que no
# %% entrenar
from sklearn.dummy import DummyClassifier


def entrenar(X, y):
    return DummyClassifier(strategy="most_frequent").fit(X, y)

# %% file MODEL_CARD.md
# la tabla que escribe el cuaderno, pegada
antes, resto = reference.split("| Grupo |")
text = antes + "\n".join(lineas) + "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
text = text.replace("`RandomForestClassifier`", f"`{type(clasificador).__name__}`")
