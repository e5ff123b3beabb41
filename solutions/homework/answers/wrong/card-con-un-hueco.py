# One blank left.
# loses: card_has_model_details
# says: Línea
# %% file MODEL_CARD.md
text = reference.replace("noviembre de 2026", "[completar: fecha]")
