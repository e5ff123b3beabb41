# The template as it came.
# loses: card_has_model_details, card_has_intended_use, card_has_training_data, card_has_evaluation_data, card_has_metrics, card_has_ethical_considerations, card_has_caveats, card_says_what_is_out_of_scope, card_measures_a_subgroup, card_is_true_of_the_saved_model
# says: completar
# %% file MODEL_CARD.md
text = (DATOS.resolve().parent / "model_card_template.md").read_text(encoding="utf-8")
