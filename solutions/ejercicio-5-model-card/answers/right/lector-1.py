# A reader's answer: logistic regression, confusion matrices, the template's table with commas.
# %% entrenar
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler


def entrenar(X, y):
    categoricas = Pipeline(
        [
            ("faltantes", SimpleImputer(strategy="most_frequent")),
            ("dummies", OneHotEncoder(drop="if_binary", handle_unknown="ignore")),
        ]
    )
    numericas = Pipeline([("faltantes", SimpleImputer()), ("escala", StandardScaler())])
    preprocesamiento = ColumnTransformer(
        [
            ("cat", categoricas, ["sex", "embarked"]),
            ("num", numericas, ["pclass", "age", "sibsp", "parch", "fare"]),
        ]
    )
    pipe = Pipeline([("pre", preprocesamiento), ("clf", LogisticRegression(C=0.5))])
    pipe.fit(X, y)
    print("entrenado con", len(X), "filas")
    return pipe

# %% evidencia
def armar_evidencia(modelo, X, y):
    g = grupos(X)
    if hasattr(modelo, "predict_proba"):
        score = modelo.predict_proba(X)[:, 1]
    else:
        score = np.full(len(X), np.nan)
    return pd.DataFrame(
        {
            "y_true": y,
            "y_pred": modelo.predict(X),
            "y_score": score,
            "sexo": g["sexo"],
            "clase": g["clase"],
            "edad": g["edad"],
        },
        index=X.index,
    )

# %% metricas
from sklearn.metrics import confusion_matrix


def metricas(y_true, y_pred):
    tn, fp, fn, tp = confusion_matrix(y_true, y_pred, labels=[0, 1]).ravel()
    n = tn + fp + fn + tp
    return {
        "n": n,
        "exactitud": (tp + tn) / n,
        "precision": tp / (tp + fp) if tp + fp > 0 else float("nan"),
        "recall": tp / (tp + fn) if tp + fn > 0 else float("nan"),
    }

# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    resultado = []
    for g in evidencia[columna].unique():
        sub = evidencia[evidencia[columna] == g]
        m = metricas(sub["y_true"], sub["y_pred"])
        m["grupo"] = g
        resultado.append(m)
    return pd.DataFrame(resultado).set_index("grupo")

# %% brecha
def brecha(tabla, metrica, n_min=10):
    suficientes = tabla[tabla["n"] >= n_min]
    valores = suficientes[metrica].dropna()
    if valores.size < 2:
        return float("nan")
    return valores.max() - valores.min()

# %% file MODEL_CARD.md
def con_coma(valor):
    return "no existe" if np.isnan(valor) else f"{valor:.2f}".replace(".", ",")


filas = [("Global", metricas(evidencia["y_true"], evidencia["y_pred"]))]
for factor in ["sexo", "clase", "edad"]:
    filas += [(f"{factor} = {g}", m) for g, m in metricas_por_grupo(evidencia, factor).iterrows()]
cuerpo = "\n".join(
    f"| {nombre} | {m['n']:.0f} | {con_coma(m['exactitud'])} | {con_coma(m['precision'])} "
    f"| {con_coma(m['recall'])} |"
    for nombre, m in filas
)
text = f"""# Model card: ¿quién sobrevivió al Titanic?

## 1. Detalles del modelo

- **Quién lo hizo y cómo contactar:** Lucía Paredes, lucia@ejemplo.org
- **Fecha:** 2026-11-20
- **Versión:** 1
- **Algoritmo:** regresión logística, con imputación y escalado en un Pipeline
- **Versión de scikit-learn:** {sklearn.__version__}
- **Variables de entrada:** pclass, sex, age, sibsp, parch, fare, embarked
- **Qué devuelve:** 0 (no sobrevivió) o 1 (sobrevivió), y la probabilidad de 1
- **Archivo:** modelo.joblib

## 2. Uso previsto

- **Para qué:** practicar cómo se documenta un modelo
- **Quién lo usa:** yo y la cátedra
- **Población:** las personas que viajaban como pasajeras en el Titanic

### Usos fuera de alcance

- No debe usarse para calcular el precio de un seguro ni el riesgo de un viaje actual: los datos son de 1912.

## 3. Datos de entrenamiento

- **Origen y período:** titanic.csv, abril de 1912
- **Filas:** 668
- **Columnas:** 7; sobrevivió el 38 %
- **Faltantes y preparación:** la edad se completó con la media y el puerto con el más frecuente

## 4. Datos de evaluación

- **Cómo se separaron:** al azar con semilla 59 y estratificado
- **Filas:** 223
- **Diferencias con producción:** no hay producción

## 5. Métricas

- **Por qué estas métricas:** el error caro es dar por muerta a una persona que se salvó, y eso lo mide el recall
- **Factores:** sexo, clase y edad
- **Umbral de decisión:** 0,5, el que trae predict

| Grupo | Casos | Exactitud | Precisión | Recall |
|---|---|---|---|---|
{cuerpo}

Encuentra a la mayoría de las mujeres que se salvaron y a pocos varones.

## 6. Consideraciones éticas

- **Quién puede salir perjudicado:** los varones que se salvaron
- **Datos sensibles:** el sexo y, por la tarifa, el dinero
- **Qué se hizo y qué riesgo queda:** se publica la tabla; la diferencia queda igual

## 7. Limitaciones y recomendaciones

- **Cuándo falla:** con varones
- **Qué no se probó:** la calibración
- **Monitoreo:** el recall por sexo, todos los meses, lo mira la docente
- **Reentrenamiento y rollback:** si baja el recall se vuelve a la versión anterior
"""
