# The gap between regions is smaller than it is.
# loses: card_is_true_of_the_saved_model
# says: Brecha (region)
# %% file MODEL_CARD.md
text = reference.replace("| Brecha (region) |  | 0.143 |", "| Brecha (region) |  | 0.043 |")
