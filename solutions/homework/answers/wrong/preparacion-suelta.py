# Prepares the columns outside the model.
# loses: model_takes_raw_rows, model_ranks_better_than_chance, model_has_not_seen_the_evaluation, artefact_works_by_itself, artefact_is_the_model, card_is_true_of_the_saved_model
# says: Poné la preparación
# %% modelo
crudos = entrenamiento[FEATURES]
limpios = pd.get_dummies(crudos.fillna(crudos.median(numeric_only=True)))
modelo = LogisticRegression(max_iter=2_000).fit(limpios, entrenamiento["mora"])
