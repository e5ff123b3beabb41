# A reader's answer: a bare SVC (no probabilities), pandas throughout, a table in HTML.
# %% entrenar
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

CAT, NUM = ["sex", "embarked"], ["age", "fare", "pclass", "sibsp", "parch"]


def entrenar(X, y):
    return make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), CAT),
            (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), NUM),
        ),
        SVC(C=1.0, random_state=SEMILLA),
    ).fit(X, y)

# %% evidencia
def probabilidad(modelo, X):
    try:
        return pd.DataFrame(modelo.predict_proba(X), index=X.index)[1]
    except Exception:
        return float("nan")


def armar_evidencia(modelo, X, y):
    return grupos(X).assign(
        y_true=y, y_pred=modelo.predict(X), y_score=probabilidad(modelo, X)
    )[["y_true", "y_pred", "y_score", "sexo", "clase", "edad"]]

# %% metricas
def metricas(y_true, y_pred):
    t = pd.DataFrame({"y": np.array(y_true), "p": np.array(y_pred)})
    dichos_1 = t.query("p == 1")
    eran_1 = t.query("y == 1")
    return dict(
        n=t.shape[0],
        exactitud=(t.y == t.p).mean(),
        precision=(dichos_1.y == 1).mean(),  # la media de nada es nan
        recall=(eran_1.p == 1).mean(),
    )

# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    return (
        evidencia.groupby(columna)[["y_true", "y_pred"]]
        .apply(lambda g: pd.Series(metricas(g["y_true"], g["y_pred"])))
        .sort_values("recall")
    )

# %% brecha
brecha = lambda tabla, metrica, n_min=10: (  # noqa: E731
    tabla[metrica][tabla.n.ge(n_min)].dropna().pipe(
        lambda s: float(s.max() - s.min()) if len(s) > 1 else float("nan")
    )
)

# %% file MODEL_CARD.md
def celdas(nombre, m):
    return f"<tr><td>{nombre}</td><td>{m['n']:.0f}</td><td>{m['exactitud']:.3f}</td><td>{m['recall']:.3f}</td></tr>"


sexo = metricas_por_grupo(evidencia, "sexo")
total = metricas(evidencia["y_true"], evidencia["y_pred"])
cuadro = "\n".join(celdas(g, m) for g, m in [("Todos", total), *sexo.iterrows()]).replace(".", ",")
text = f"""# 🚢 Titanic

# 1) Detalles del Modelo 🔧
* Autora: Inés, ines@ejemplo.org. Primera versión, para la cursada.
* Algoritmo: SVC con núcleo RBF.
* Versión de scikit-learn: {sklearn.__version__}
* Fecha: 20/11/2026

# 2) Uso Previsto 🎯
* Un trabajo práctico.
* **Fuera de alcance:** cualquier decisión sobre una persona real, por ejemplo un seguro de viaje, porque los datos tienen más de cien años.

# 3) Datos de Entrenamiento 📚
* Salen de titanic.csv, con mediana donde falta la edad.
* Filas: 668

# 4) Datos de Evaluación 🔍
* Filas: 223
* El modelo no las vio; se separaron con la semilla 59.

# 5) Métricas 📏
<table>
<tr><th>Grupo</th><th>Casos</th><th>Exactitud</th><th>Recall</th></tr>
{cuadro}
</table>

Medidas en el total y por sexo.

# 6) Consideraciones Éticas ⚖️
* Los varones que sobrevivieron casi no aparecen, y el sexo es un dato sensible.

# 7) Limitaciones y Recomendaciones ⚠️
* No da probabilidades. Hay que volver a medir por sexo en cada versión.
"""
