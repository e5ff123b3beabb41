# A vote fitted in place, query and apply, extra columns, a card that pastes the table.
# %% entrenar
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier


class Preparador:
    """Arma el preprocesamiento; no queda adentro del modelo."""

    def __init__(self, textos, numeros):
        self.textos, self.numeros = textos, numeros

    def armar(self):
        codificar = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        completar = make_pipeline(SimpleImputer(), StandardScaler())
        return make_column_transformer((codificar, self.textos), (completar, self.numeros))


def entrenar(X, y):
    votantes = [("logistica", LogisticRegression()), ("arbol", DecisionTreeClassifier(max_depth=3))]
    preparador = Preparador(["sex", "embarked"], ["pclass", "age", "sibsp", "parch", "fare"])
    modelo = make_pipeline(preparador.armar(), VotingClassifier(votantes, voting="soft"))
    modelo.fit(X, y)
    return modelo

# %% evidencia
def armar_evidencia(m, datos, etiquetas):
    try:
        p = m.predict_proba(datos)[:, 1]
    except AttributeError:
        p = np.full(len(datos), np.nan)
    return grupos(datos).assign(y_score=p, y_true=etiquetas, y_pred=m.predict(datos), tarifa=datos["fare"])

# %% metricas
def metricas(y_true, y_pred):
    t = pd.DataFrame({"real": np.asarray(y_true), "dicho": np.asarray(y_pred)})
    return pd.Series(
        {
            "n": len(t),
            "exactitud": t.real.eq(t.dicho).mean(),
            "precision": t.loc[t.dicho == 1, "real"].mean(),
            "recall": t.loc[t.real == 1, "dicho"].mean(),
        }
    )

# %% por-grupo
def metricas_por_grupo(evidencia, columna):
    return evidencia.groupby(columna).apply(
        lambda parte: pd.Series(metricas(parte["y_true"], parte["y_pred"]))
    )

# %% brecha
def brecha(tabla, metrica, n_min=10):
    v = tabla.query("n >= @n_min")[metrica].to_numpy(dtype=float)
    v = v[~np.isnan(v)]
    return np.nan if v.size < 2 else np.ptp(v)

# %% file MODEL_CARD.md
# la tabla que escribe el cuaderno, pegada
antes, resto = reference.split("| Grupo |")
text = antes + "\n".join(lineas) + "\n\n## 6. Cons" + resto.split("## 6. Cons")[1]
text = text.replace("`RandomForestClassifier`", f"`{type(clasificador).__name__}`")
