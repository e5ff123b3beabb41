# The card of another model.
# loses: card_is_true_of_the_saved_model
# says: Línea
# %% file MODEL_CARD.md
otro = make_pipeline(preparacion, DecisionTreeClassifier(max_depth=4, random_state=0))
otro.fit(entrenamiento[FEATURES], entrenamiento["mora"])
antes, despues = reference.split("| Grupo |")[0], reference[reference.index("El promedio") :]
medidas = en_markdown(tabla_por_subgrupo(otro, evaluacion))
text = antes + medidas + "\n\n" + despues.replace("el AUC es 0,661: ", "")
