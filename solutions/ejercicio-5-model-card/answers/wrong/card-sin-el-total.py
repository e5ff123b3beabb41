# The table lacks the row of the whole.
# loses: card_measures_a_subgroup, card_is_true_of_the_saved_model
# says: Global
# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
despues = "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
text = antes + "\n".join(linea for linea in lineas if "Global" not in linea) + despues
