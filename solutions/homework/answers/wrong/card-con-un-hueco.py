# One blank left.
# loses: card_has_model_details
# says: Línea
# %% file MODEL_CARD.md
text = reference.replace("2026-11-20", "[completar: AAAA-MM-DD]")
