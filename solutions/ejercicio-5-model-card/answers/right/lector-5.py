# A reader's answer: grid search, sklearn's report, a card with groups as columns.
# %% entrenar
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import FeatureUnion, Pipeline


def entrenar(X, y):
    prep = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["sex", "embarked", "pclass"]),
        (SimpleImputer(strategy="median", add_indicator=True), ["age", "fare"]),
        ("passthrough", ["sibsp", "parch"]),
    )
    pipe = Pipeline([("prep", prep), ("et", ExtraTreesClassifier(20, random_state=SEMILLA))])
    busqueda = GridSearchCV(pipe, {"et__max_depth": [4, 6]}, cv=2)
    busqueda.fit(X, y)
    return busqueda.best_estimator_

# %% evidencia
def armar_evidencia(modelo, X, y):
    e = X.copy()
    e["y_true"], e["y_pred"] = y, modelo.predict(X)
    e["y_score"] = modelo.predict_proba(X).T[1] if "predict_proba" in dir(modelo) else np.nan
    return e.join(grupos(X)).drop(columns=COLUMNAS)

# %% metricas
from sklearn.metrics import classification_report


def metricas(y_true, y_pred):
    informe = classification_report(
        y_true, y_pred, labels=[0, 1], output_dict=True, zero_division=np.nan
    )
    return {
        "n": len(y_true),
        "exactitud": accuracy_score(y_true, y_pred),
        "precision": informe["1"]["precision"],
        "recall": informe["1"]["recall"],
    }

# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    tabla = {}
    for grupo, indices in evidencia.groupby(columna).groups.items():
        parte = evidencia.loc[indices]
        tabla[grupo] = metricas(parte.y_true.astype(int), parte.y_pred.astype(int))
    return pd.DataFrame(tabla).T

# %% brecha
def brecha(tabla, metrica, n_min=10):
    quedan = sorted(
        float(valor)
        for n, valor in zip(tabla["n"], tabla[metrica])
        if n >= n_min and not pd.isna(valor)
    )
    return quedan[-1] - quedan[0] if len(quedan) >= 2 else float("nan")

# %% file MODEL_CARD.md
sexo = metricas_por_grupo(evidencia, "sexo")
todo = metricas(evidencia["y_true"], evidencia["y_pred"])


def renglon(nombre, medido):
    valores = [medido["exactitud"], medido["precision"], medido["recall"]]
    return f"| {nombre} | " + " | ".join(f"{100 * x:.1f}%" for x in valores) + " |"


text = f"""# Ficha del modelo ExtraTrees sobre el Titanic

## Detalles del modelo
Son 20 árboles, elegidos por validación cruzada. Responsable: Marcos, marcos@ejemplo.org.

| | |
|---|---|
| Algoritmo | Árboles extremadamente aleatorios (`ExtraTreesClassifier`) |
| Versión de scikit-learn | {sklearn.__version__} |
| Fecha | 20 de noviembre de 2026 |

## Uso previsto
Ejercicio 5 del curso.

## Usos fuera de alcance
Usarlo para evaluar riesgos de pasajeros de cruceros actuales: no representa a esa población.

## Datos de entrenamiento
Vienen de titanic.csv; la mediana reemplaza a la edad que falta y una columna avisa que faltaba.

Filas: 668.

## Datos de evaluación
Se separaron antes de empezar, con la semilla de la consigna.

Filas: 223.

## Métricas

| Sexo | Exactitud | Precisión | Recall |
|---|---|---|---|
{renglon("Total", todo)}
{renglon("Mujer", sexo.loc["mujer"])}
{renglon("Varón", sexo.loc["varón"])}

La brecha de recall entre mujeres y varones es de {100 * brecha(sexo, "recall"):.1f} puntos.

## Consideraciones éticas
Perjudica a los varones sobrevivientes. Usa el sexo, que es un dato sensible, porque es lo que se estudia.

## Limitaciones y recomendaciones
Pocos casos por grupo. Si se reentrena, hay que rehacer la tabla; si el recall cae, se vuelve a la versión anterior.
"""
