# Fits on the whole file, evaluation rows included.
# loses: saved_model_generalises, training_uses_its_arguments
# says: demasiado bueno
# %% entrenar
def entrenar(X, y):
    preparacion = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["sex", "embarked"]),
        (SimpleImputer(strategy="median"), ["pclass", "age", "sibsp", "parch", "fare"]),
    )
    bosque = RandomForestClassifier(15, random_state=SEMILLA)
    return make_pipeline(preparacion, bosque).fit(titanic[COLUMNAS], titanic["survived"])

# %% file MODEL_CARD.md
# la tabla que escribe el cuaderno, pegada
antes, resto = reference.split("| Grupo |")
text = antes + "\n".join(lineas) + "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
