# Measures on the training rows.
# loses: card_is_true_of_the_saved_model
# says: Línea
# %% file MODEL_CARD.md
inicio, fin = reference.index("| Grupo |"), reference.index("- **El grupo al que")
medidas = en_markdown(tabla_por_subgrupo(armar_evidencia(modelo, entrenamiento)))
text = reference[:inicio] + medidas + "\n\n" + reference[fin:]
