# Says that it was trained and evaluated with all the rows.
# loses: card_has_training_data, card_has_evaluation_data
# says: Filas
# %% file MODEL_CARD.md
text = reference.replace("- **Filas:** 3.500", "- **Filas:** 5.000").replace("- **Filas:** 1.500", "- **Filas:** 5.000")
