# The card of another model.
# loses: card_is_true_of_the_saved_model
# says: Línea
# %% file MODEL_CARD.md
otro = make_pipeline(preparacion, DecisionTreeClassifier(max_depth=4, random_state=0))
otro.fit(entrenamiento[FEATURES], entrenamiento["mora"])
inicio, fin = reference.index("| Grupo |"), reference.index("- **El grupo al que")
medidas = en_markdown(tabla_por_subgrupo(armar_evidencia(otro, evaluacion)))
text = reference[:inicio] + medidas + "\n\n" + reference[fin:]
