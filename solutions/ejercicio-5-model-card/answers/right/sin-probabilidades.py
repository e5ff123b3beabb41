# LinearSVC, a table built as a transposed dict, headings in English.
# %% entrenar
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC


def entrenar(X, y):
    prep = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["sex", "embarked"]),
        (make_pipeline(SimpleImputer(), StandardScaler()), ["pclass", "age", "sibsp", "parch", "fare"]),
    )
    return make_pipeline(prep, LinearSVC(random_state=0)).fit(X, y)

# %% evidencia
def armar_evidencia(modelo, X, y):
    g = grupos(X)
    n = len(X)
    tabla = np.empty((n, 6), dtype=object)
    tabla[:, 0] = y
    tabla[:, 1] = modelo.predict(X)
    tabla[:, 2] = modelo.predict_proba(X)[:, 1] if hasattr(modelo, "predict_proba") else np.nan
    tabla[:, 3:] = g[["sexo", "clase", "edad"]]
    return pd.DataFrame(
        tabla, index=X.index, columns=["y_true", "y_pred", "y_score", "sexo", "clase", "edad"]
    ).convert_dtypes()

# %% metricas
def metricas(y_true, y_pred):
    return {
        "n": len(y_true),
        "exactitud": accuracy_score(y_true, y_pred),
        "precision": precision_score(y_true, y_pred, zero_division=np.nan),
        "recall": recall_score(y_true, y_pred, zero_division=np.nan),
    }

# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    return pd.DataFrame(
        {
            g: metricas(p.y_true.to_numpy(dtype=int), p.y_pred.to_numpy(dtype=int))
            for g, p in evidencia.groupby(columna)
        }
    ).T

# %% brecha
def brecha(tabla, metrica, n_min=10):
    return (lambda s: s.max() - s.min() if s.count() >= 2 else float("nan"))(
        tabla[metrica].where(tabla["n"] >= n_min)
    )

# %% file MODEL_CARD.md
antes, resto = reference.split("| Grupo |")
text = antes + "\n".join(lineas) + "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
for viejo, nuevo in (
    ("## 1. Detalles del modelo", "## Model Details"),
    ("## 2. Uso previsto", "## Intended Use"),
    ("### Usos fuera de alcance", "### Out-of-scope uses"),
    ("## 3. Datos de entrenamiento", "## Training Data"),
    ("## 4. Datos de evaluación", "## Evaluation Data"),
    ("## 5. Métricas", "## Metrics"),
    ("## 6. Consideraciones éticas", "## Ethical Considerations"),
    ("## 7. Limitaciones y recomendaciones", "## Caveats and Recommendations"),
    ("| Grupo | Casos | Exactitud | Precisión | Recall |", "| Group | n | Accuracy | Precision | Recall |"),
    ("sexo = mujer", "female"),
    ("sexo = varón", "male"),
):
    text = text.replace(viejo, nuevo)
text = text.replace("`RandomForestClassifier`", f"`{type(clasificador).__name__}`")
