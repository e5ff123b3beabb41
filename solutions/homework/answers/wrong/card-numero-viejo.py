# One figure of an earlier version.
# loses: card_is_true_of_the_saved_model
# says: Línea
# %% file MODEL_CARD.md
text = reference.replace("| 133 | 0.714 | 0.448 | 0.371 |", "| 133 | 0.714 | 0.448 | 0.671 |")
