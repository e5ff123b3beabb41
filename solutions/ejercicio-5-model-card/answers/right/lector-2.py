# A reader's answer: everything by hand with loops, a tree, and a card in prose and lists.
# %% entrenar
from sklearn.tree import DecisionTreeClassifier

texto_cols = ["sex", "embarked"]
resto = [c for c in COLUMNAS if c not in texto_cols]
transformador = make_column_transformer(
    (make_pipeline(SimpleImputer(strategy="constant", fill_value="nada"), OneHotEncoder(handle_unknown="ignore")), texto_cols),
    (SimpleImputer(strategy="constant", fill_value=-1), resto),
)


def entrenar(datos, etiquetas):
    arbol = make_pipeline(transformador, DecisionTreeClassifier(max_depth=4, random_state=0))
    return arbol.fit(datos, etiquetas)

# %% evidencia
def armar_evidencia(m, datos, etiquetas):
    salida = pd.DataFrame(index=datos.index)
    salida["y_true"] = etiquetas
    salida["y_pred"] = m.predict(datos)
    salida["y_score"] = np.nan
    try:
        salida["y_score"] = m.predict_proba(datos)[:, 1]
    except AttributeError:
        pass
    for c in ["sexo", "clase", "edad"]:
        salida[c] = grupos(datos)[c]
    return salida

# %% metricas
def metricas(reales, predichos):
    bien = vp = fp = fn = n = 0
    for r, p in zip(reales, predichos):
        n += 1
        if r == p:
            bien += 1
        if r == 1 and p == 1:
            vp += 1
        elif p == 1:
            fp += 1
        elif r == 1:
            fn += 1
    precision = float("nan")
    recall = float("nan")
    if vp + fp != 0:
        precision = vp / (vp + fp)
    if vp + fn != 0:
        recall = vp / (vp + fn)
    return {"n": n, "exactitud": bien / n, "precision": precision, "recall": recall}

# %% por-grupo
def metricas_por_grupo(e, col):
    d = {}
    for i in range(len(e)):
        fila = e.iloc[i]
        if fila[col] not in d:
            d[fila[col]] = ([], [])
        d[fila[col]][0].append(fila["y_true"])
        d[fila[col]][1].append(fila["y_pred"])
    t = pd.DataFrame(columns=["n", "exactitud", "precision", "recall"])
    for k in d:
        m = metricas(d[k][0], d[k][1])
        t.loc[k] = [m["n"], m["exactitud"], m["precision"], m["recall"]]
    return t

# %% brecha
def brecha(t, m, n_min=10):
    maximo = None
    minimo = None
    cuantos = 0
    for g in t.index:
        if t.loc[g, "n"] < n_min or np.isnan(t.loc[g, m]):
            continue
        cuantos += 1
        if maximo is None or t.loc[g, m] > maximo:
            maximo = t.loc[g, m]
        if minimo is None or t.loc[g, m] < minimo:
            minimo = t.loc[g, m]
    if cuantos < 2:
        return float("nan")
    return float(maximo - minimo)

# %% file MODEL_CARD.md
def por_ciento(v):
    return f"{100 * v:.1f} %".replace(".", ",")


t = metricas(evidencia["y_true"], evidencia["y_pred"])
s = metricas_por_grupo(evidencia, "sexo")
renglones = [("En el total", t), ("Mujeres", s.loc["mujer"]), ("Varones", s.loc["varón"])]
cuadro = "\n".join(
    f"| {quienes.replace('En el total', 'Total')} | {x['n']:.0f} | {por_ciento(x['exactitud'])} | {por_ciento(x['recall'])} |"
    for quienes, x in renglones
)
text = f"""Árbol del Titanic
=================

Detalles del modelo
-------------------

Lo hice yo, Bruno (bruno@ejemplo.org). Es la primera versión. Mira las siete columnas de los datos y contesta 1 si cree que la persona
sobrevivió, 0 si no. Está guardado en modelo.joblib.

Algoritmo: árbol de decisión de profundidad 4.
Versión de scikit-learn: {sklearn.__version__}
Fecha: noviembre de 2026

Uso previsto
------------

Sirve para aprender a hacer una model card y nada más. Lo usan alumnos y docentes del curso, sobre los
pasajeros del Titanic.

**Usos fuera de alcance.** No se debe usar para decidir a quién rescatar primero en un barco de hoy, ni para
vender seguros, porque aprendió de lo que pasó una sola noche de 1912.

Datos de entrenamiento
----------------------

Salen de titanic.csv, con siete columnas. A las que les falta la edad les puse un -1 para que el
árbol se dé cuenta, y al puerto que falta, "nada".

Filas: 668

Datos de evaluación
-------------------

Son personas que el árbol no vio, elegidas al azar con la semilla 59. No se parecen a los pasajeros de
ningún barco actual.

Filas: 223

Métricas
--------

Elegí la exactitud porque se entiende y el recall porque muestra a quién no encuentra.

| Quiénes | Casos | Exactitud | Recall |
|---|---|---|---|
{cuadro}

En las mujeres el recall es {por_ciento(s.loc["mujer", "recall"])}; en los varones, {por_ciento(s.loc["varón", "recall"])}.

Consideraciones éticas
----------------------

El árbol pregunta primero por el sexo. A los varones que sobrevivieron casi siempre los da por muertos. Si
alguien lo usara en serio, repetiría quiénes tuvieron lugar en los botes. No hice nada para corregirlo.

Limitaciones y recomendaciones
------------------------------

Falla con los varones y no probé qué pasa con la tripulación. Si se usara en clase, habría que volver a medir
el recall por sexo cada cuatrimestre y volver a la versión anterior si empeora; se ocupa la docente.
"""
