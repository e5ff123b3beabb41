# The rows of men and women swapped.
# loses: card_is_true_of_the_saved_model
# says: Dice
# %% file MODEL_CARD.md
text = reference.replace("sexo = mujer", "sexo = X")
text = text.replace("sexo = varón", "sexo = mujer").replace("sexo = X", "sexo = varón")
