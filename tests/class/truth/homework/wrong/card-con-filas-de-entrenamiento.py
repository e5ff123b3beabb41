# Measures on the training rows.
# loses: card_is_true_of_the_saved_model
# says: Línea
# %% file MODEL_CARD.md
antes, despues = referencia.split("| Grupo |")[0], referencia[referencia.index("El promedio") :]
medidas = en_markdown(tabla_por_subgrupo(modelo, entrenamiento))
texto = antes + medidas + "\n\n" + despues.replace("el AUC es 0,661: ", "")
