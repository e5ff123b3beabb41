# Shuffles the labels apart from the rows.
# loses: model_ranks_better_than_chance, model_has_not_seen_the_evaluation, card_is_true_of_the_saved_model
# says: Revisá que las filas de X y las de la etiqueta sean las mismas
# %% modelo
preparacion = make_column_transformer(
    (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), NUMERICAS),
    (OneHotEncoder(handle_unknown="ignore"), CATEGORICAS),
)
modelo = make_pipeline(preparacion, LogisticRegression(max_iter=1_000))
etiquetas = entrenamiento["mora"].sample(frac=1, random_state=SEMILLA).to_numpy()
modelo.fit(entrenamiento[FEATURES], etiquetas)
