# The card with a whole output pasted below it: too long to be read.
# loses: card_has_its_seven_sections, card_measures_a_subgroup, card_says_what_is_out_of_scope, card_is_true_of_the_saved_model
# says: demasiado larga para leerla
# %% file MODEL_CARD.md
text = reference + "\nfila de una salida pegada\n" * 5_000
