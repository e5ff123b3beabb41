# The gap of recall between the sexes is copied from the gap of accuracy.
# loses: card_is_true_of_the_saved_model
# says: Brecha (sexo)
# %% file MODEL_CARD.md
text = reference.replace("| Brecha (sexo) |  | 0.002 | 0.422 | 0.884 |", "| Brecha (sexo) |  | 0.002 | 0.422 | 0.002 |")
