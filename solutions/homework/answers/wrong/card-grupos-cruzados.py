# The rows of two regions swapped.
# loses: card_is_true_of_the_saved_model
# says: region = NEA
# %% file MODEL_CARD.md
text = reference.replace("region = AMBA", "region = *").replace("region = NEA", "region = AMBA")
text = text.replace("region = *", "region = NEA")
