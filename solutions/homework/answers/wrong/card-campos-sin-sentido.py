# Gibberish in the fields that are read by machine.
# loses: card_has_model_details, card_has_training_data, card_has_evaluation_data
# says: Línea
# %% file MODEL_CARD.md
text = reference.replace("- **Fecha:** 2026-11-20", "- **Fecha:** asdf")
text = text.replace("- **Versión de scikit-learn:** 1.9.1", "- **Versión de scikit-learn:** qwerty")
text = text.replace("- **Filas:** 3.500", "- **Filas:** muchas").replace("- **Filas:** 1.500", "- **Filas:** zxcv")
