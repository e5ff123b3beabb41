# Fits on the notebook's variables, not on its arguments.
# loses: training_uses_its_arguments
# says: etiquetas dadas vuelta
# %% entrenar
def entrenar(X, y):
    preparacion = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["sex", "embarked"]),
        (SimpleImputer(strategy="median"), ["pclass", "age", "sibsp", "parch", "fare"]),
    )
    bosque = RandomForestClassifier(15, max_depth=5, random_state=SEMILLA)
    return make_pipeline(preparacion, bosque).fit(X_entrenamiento, y_entrenamiento)

# %% file MODEL_CARD.md
# la tabla que escribe el cuaderno, pegada
antes, resto = reference.split("| Grupo |")
text = antes + "\n".join(lineas) + "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
