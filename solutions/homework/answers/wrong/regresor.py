# A regressor: predict gives numbers between 0 and 1.
# loses: model_takes_raw_rows, model_ranks_better_than_chance, model_has_not_seen_the_evaluation, artefact_works_by_itself, artefact_is_the_model, card_is_true_of_the_saved_model
# says: no devuelve un 0 o un 1 por fila
# %% modelo
preparacion = make_column_transformer(
    (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), NUMERICAS),
    (OneHotEncoder(handle_unknown="ignore"), CATEGORICAS),
)
from sklearn.linear_model import LinearRegression

modelo = make_pipeline(preparacion, LinearRegression())
modelo.fit(entrenamiento[FEATURES], entrenamiento["mora"])

# %% file MODEL_CARD.md
text = reference.replace("`LogisticRegression`", "`LinearRegression`")
