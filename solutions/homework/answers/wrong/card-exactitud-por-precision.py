# Calls the accuracy «precisión».
# loses: card_is_true_of_the_saved_model
# says: precisión
# %% file MODEL_CARD.md
inicio, fin = reference.index("| Grupo |"), reference.index("- **El grupo al que")
medidas = tabla.drop(columns="Precisión").rename(columns={"Exactitud": "Precisión"})
text = reference[:inicio] + en_markdown(medidas) + "\n\n" + reference[fin:]
