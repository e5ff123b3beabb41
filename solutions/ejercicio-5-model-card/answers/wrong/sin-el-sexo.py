# Keeps two numeric columns and forgets the one that matters.
# loses: saved_model_generalises
# says: decir siempre que no
# %% entrenar
def entrenar(X, y):
    preparacion = make_column_transformer((SimpleImputer(), ["age", "sibsp"]))
    return make_pipeline(preparacion, RandomForestClassifier(15, max_depth=3, random_state=1)).fit(X, y)

# %% file MODEL_CARD.md
# la tabla que escribe el cuaderno, pegada
antes, resto = reference.split("| Grupo |")
text = antes + "\n".join(lineas) + "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
