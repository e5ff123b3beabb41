# Only the accuracy, in the whole and by sex.
# loses: card_is_true_of_the_saved_model
# says: recall
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
cortadas = ["|".join(linea.split("|")[:4]) + "|" for linea in lineas]
text = antes + "\n".join(cortadas) + despues
