# The rows of men and women swapped.
# loses: card_is_true_of_the_saved_model
# says: Dice
# %% file MODEL_CARD.md
texto = referencia.replace("sexo = mujer", "sexo = X")
texto = texto.replace("sexo = varón", "sexo = mujer").replace("sexo = X", "sexo = varón")
