# A model that hardly ever warns: a precision that does not exist is nan, and the card says so.
# %% modelo
from sklearn.ensemble import RandomForestClassifier
numericas = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
preparacion = make_column_transformer(
    (numericas, NUMERICAS), (OneHotEncoder(handle_unknown="ignore"), ["canal", "region"])
)
modelo = make_pipeline(preparacion, RandomForestClassifier(40, max_depth=3, random_state=0))
modelo = modelo.fit(entrenamiento[FEATURES], entrenamiento["mora"])
# %% file MODEL_CARD.md
inicio, fin = reference.index("| Grupo |"), reference.index("- **El grupo al que")
text = reference[:inicio] + en_markdown(tabla) + "\n\n" + reference[fin:]
text = text.replace("`LogisticRegression`", "RandomForestClassifier (un bosque aleatorio)")
