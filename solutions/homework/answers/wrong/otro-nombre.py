# Saves under another name.
# loses: artefact_works_by_itself, artefact_is_the_model, card_is_true_of_the_saved_model
# says: No encuentro `modelo.joblib`
# %% guardar
joblib.dump(modelo, "modelo_final.joblib")
