# Saves what the model answers.
# loses: artefact_works_by_itself, artefact_is_the_model, card_is_true_of_the_saved_model
# says: guardá
# %% guardar
joblib.dump(modelo.predict(evaluacion[FEATURES]), "modelo.joblib")
