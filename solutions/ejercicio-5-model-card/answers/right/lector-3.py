# A reader's answer: gradient boosting over ordinal codes, NumPy, an English card.
# %% entrenar
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.preprocessing import OrdinalEncoder


def entrenar(X, y):
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    prep = make_column_transformer((codes, ["sex", "embarked"]), remainder="passthrough")
    clf = HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=8, random_state=SEMILLA)
    return make_pipeline(prep, clf).fit(X, y.to_numpy())

# %% evidencia
def armar_evidencia(modelo, X, y):
    proba = getattr(modelo, "predict_proba", None)
    columnas = {
        "y_true": np.asarray(y),
        "y_pred": modelo.predict(X),
        "y_score": proba(X)[:, 1] if proba is not None else [float("nan")] * len(X),
    }
    return pd.concat([pd.DataFrame(columnas, index=X.index), grupos(X)], axis=1)

# %% metricas
def metricas(y_true, y_pred):
    y_true = np.asarray(y_true).astype(bool)
    y_pred = np.asarray(y_pred).astype(bool)
    tp = np.sum(y_true & y_pred)
    with np.errstate(invalid="ignore"):
        return {
            "n": y_true.shape[0],
            "exactitud": np.mean(y_true == y_pred),
            "precision": tp / y_pred.sum(),
            "recall": tp / y_true.sum(),
            "f1": 2 * tp / (y_true.sum() + y_pred.sum()),
        }

# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    return pd.DataFrame(
        [metricas(g["y_true"], g["y_pred"]) for _, g in evidencia.groupby(columna)],
        index=[nombre for nombre, _ in evidencia.groupby(columna)],
    )

# %% brecha
def brecha(tabla, metrica, n_min=10):
    v = np.array(tabla[metrica], dtype=float)[np.array(tabla["n"]) >= n_min]
    if np.sum(~np.isnan(v)) < 2:
        return np.nan
    return np.nanmax(v) - np.nanmin(v)

# %% file MODEL_CARD.md
rows = [("Overall", metricas(evidencia.y_true, evidencia.y_pred))]
names = {"mujer": "Female", "varón": "Male", "primera": "First class", "segunda": "Second class", "tercera": "Third class"}
for factor in ("sexo", "clase"):
    rows += [(names[g], m) for g, m in metricas_por_grupo(evidencia, factor).iterrows()]
table = "\n".join(
    f"| {g} | {m['n']:.0f} | {m['exactitud']:.3f} | {m['precision']:.3f} | {m['recall']:.3f} |" for g, m in rows
)
text = f"""---
language: en
tags: [tabular-classification, titanic]
---

# Model Card for the Titanic survival classifier

## Model Details

Trained by Camila Ruiz; version 1.0. It reads the seven raw columns and returns 1 (survived) or 0.

- **Model type:** HistGradientBoostingClassifier, with 40 trees of at most 8 leaves
- **scikit-learn version:** {sklearn.__version__}
- **Date:** November 20, 2026

## Intended Use

Teaching how to evaluate and document a classifier. Its users are the students of this course.

### Out-of-Scope Use

It must not be used to price insurance, to plan an evacuation or to decide anything about a living person:
it describes who got on a lifeboat in 1912.

## Training Data

Passengers of the Titanic, stratified random split with seed 59. Age is missing for one row in five; the
trees handle missing values themselves.

- **Rows:** 668

## Evaluation Data

The other passengers of the same split. They were not used to choose the model.

- **Rows:** 223

## Metrics

Accuracy is what everybody asks for; recall tells which survivors the model misses. Factors: sex and class.

| Group | n | Accuracy | Precision | Recall |
|:------|--:|---------:|----------:|-------:|
{table}

## Ethical Considerations

Male survivors are mostly missed. Sex enters the model directly and the fare reveals wealth. We publish the
table and do nothing else to mitigate it.

## Caveats and Recommendations

Small groups: each figure by group is a rough idea. Recompute the table whenever the model is retrained; if
the recall of men falls, roll back to the previous version.
"""
