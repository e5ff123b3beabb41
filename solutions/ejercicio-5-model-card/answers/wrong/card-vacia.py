# An empty card.
# loses: card_has_its_seven_sections, card_measures_a_subgroup, card_says_what_is_out_of_scope, card_is_true_of_the_saved_model
# says: El archivo está vacío
# %% file MODEL_CARD.md
text = ""
