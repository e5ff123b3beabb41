# One figure mistyped: two digits swapped.
# loses: card_is_true_of_the_saved_model
# says: varón
# %% file MODEL_CARD.md
text = reference.replace("0.083", "0.803")
