# A heading with nothing below it.
# loses: card_has_its_seven_sections
# says: Limitaciones
# %% file MODEL_CARD.md
text = reference.split("- **Cuándo falla:**")[0]
