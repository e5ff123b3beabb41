# One figure of an earlier version.
# loses: card_is_true_of_the_saved_model
# says: Línea
# %% file MODEL_CARD.md
texto = referencia.replace("| 133 | 0.707 | 0.429 | 0.343 |", "| 133 | 0.707 | 0.429 | 0.643 |")
