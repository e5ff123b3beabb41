# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Ejercicio 5 · Una model card que dice la verdad
#
# **50 minutos · 12 puntos** (10 automáticos y 2 que corrige una persona)
#
# Una *model card* acompaña a un modelo y cuenta qué es, para qué sirve, para qué **no**, con qué
# datos se midió y cómo le va a cada grupo de personas. La lee alguien que va a decidir con el modelo y no
# lo entrenó. Por eso tiene una sola obligación: **ser verdad**.
#
# En este ejercicio medís tu modelo, guardás la evidencia al lado del archivo y escribís la card con esos
# números, y con ningún otro.
#
# Al terminar vas a poder:
#
# 1. guardar, junto al modelo, la **evidencia** con la que cualquiera puede rehacer tus números;
# 2. medir en el total **y por subgrupo**, y decir cuándo una métrica no existe;
# 3. resumir una diferencia entre grupos sin dejarte engañar por los grupos chicos;
# 4. escribir una card completa, con usos fuera de alcance y con cifras que resisten una auditoría.
#
# | parte | qué escribís | puntos |
# |---|---|---|
# | 1 | `entrenar` | 2 |
# | 2 | `armar_evidencia` | 2 |
# | 3 | `metricas` y `metricas_por_grupo` | 2 |
# | 4 | `brecha` | 1 |
# | 5 | el archivo `MODEL_CARD.md` | 3 |
# | 6 | tu interpretación, en palabras | 2 |
#
# Se entregan **dos archivos**, en esta misma carpeta: este cuaderno y `MODEL_CARD.md`. El cuaderno escribe
# además `modelo.joblib` y `evidencia.csv`; no hace falta que los mandes, porque la corrección lo vuelve a correr.

# %%
# Imports y configuración inicial
from pathlib import Path

import joblib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, precision_score, recall_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from statsmodels.stats.proportion import proportion_confint

DATOS = next(
    carpeta / "datasets"
    for carpeta in [Path.cwd(), *Path.cwd().parents]
    if (carpeta / "datasets").is_dir()
)
plt.style.use(DATOS / "estilo.mplstyle")
SEMILLA = 59

# %% [markdown]
# ## Un ejemplo resuelto: el filtro que andaba bien «en promedio»
#
# Otros datos: un filtro de spam revisó 20 mensajes, la mitad en español y la mitad en guaraní. `1` es
# spam. Tres preguntas distintas sobre el mismo filtro:
#
# - **exactitud** (*accuracy*): de todos los mensajes, ¿en cuántos acertó?
# - **precisión**: de los que marcó como spam, ¿cuántos lo eran?
# - **recall**: de los que eran spam, ¿cuántos encontró?
#
# **Antes de correr, ¿qué esperás ver?** La exactitud es la misma en los dos idiomas. ¿Anda igual de bien
# en los dos?

# %%
filtro = pd.DataFrame(
    {
        "idioma": ["español"] * 10 + ["guaraní"] * 10,
        "era_spam": [1, 1, 1, 1, 0, 0, 0, 0, 0, 0] + [1, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        "marcado": [1, 1, 1, 1, 1, 1, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    }
)

for idioma, mensajes in filtro.groupby("idioma"):
    era, marcado = mensajes["era_spam"].to_numpy(), mensajes["marcado"].to_numpy()
    exactitud = accuracy_score(era, marcado)
    precision = precision_score(era, marcado, zero_division=np.nan)
    recall = recall_score(era, marcado)
    print(f"{idioma}: exactitud {exactitud:.2f} · precisión {precision:.2f} · recall {recall:.2f}")

# %% [markdown]
# La misma exactitud, 0,80, y dos filtros opuestos: en español encuentra todo el spam, y en guaraní,
# nada. Acierta igual porque ahí casi no hay spam para encontrar. ¿Y la **precisión** en guaraní? No marcó
# ninguno, así que la pregunta «de los que marcó, ¿cuántos eran?» no tiene respuesta. No es 0 ni 1: **no
# existe**, y se anota `nan` (eso pide `zero_division=np.nan`).
#
# ## Los datos
#
# El Titanic, con **la misma separación que en el ejercicio 1**: 668 pasajeros para entrenar y 223 para
# evaluar. La función `grupos` ya está escrita: dice a qué grupo pertenece cada pasajero.

# %% nbgrader={"grade": false, "grade_id": "datos", "locked": true, "schema_version": 3, "solution": false, "task": false}
COLUMNAS = ["pclass", "sex", "age", "sibsp", "parch", "fare", "embarked"]

titanic = pd.read_csv(DATOS / "titanic.csv")
X_entrenamiento, X_evaluacion, y_entrenamiento, y_evaluacion = train_test_split(
    titanic[COLUMNAS],
    titanic["survived"],
    test_size=0.25,
    random_state=SEMILLA,
    stratify=titanic["survived"],
)


def grupos(X):
    """Sexo, clase y grupo de edad de cada pasajero: un DataFrame con el mismo índice que X."""
    return pd.DataFrame(
        {
            "sexo": X["sex"].map({"female": "mujer", "male": "varón"}),
            "clase": X["pclass"].map({1: "primera", 2: "segunda", 3: "tercera"}),
            "edad": np.select(
                [X["age"].isna(), X["age"] < 16], ["sin dato", "menor de 16"], "16 o más"
            ),
        },
        index=X.index,
    )


# los vas a tener después de las partes 1 y 2
modelo = None
evidencia = pd.DataFrame(columns=["y_true", "y_pred", "y_score", "sexo", "clase", "edad"])

print(f"{len(X_entrenamiento)} pasajeros para entrenar y {len(X_evaluacion)} para evaluar")
grupos(X_evaluacion).head(4)

# %% [markdown]
# ## Parte 1 · Tu mejor modelo
#
# Escribí `entrenar(X, y)`, como en el ejercicio 1: recibe un DataFrame con las siete columnas de
# `COLUMNAS`, tal como vienen (textos y faltantes incluidos), y una Series de ceros y unos; devuelve el
# clasificador **ya entrenado**.
#
# Podés pegar el del ejercicio 1 o mejorarlo. Sirve **cualquier clasificador de scikit-learn**, solo o
# dentro de un `Pipeline`, mientras:
#
# - su `predict` acepte un DataFrame con esas siete columnas originales, con faltantes en `age` y en
#   `embarked`;
# - se entrene **solo** con los `X` e `y` recibidos;
# - se pueda guardar con `joblib` y cargar en otro proceso: no uses clases ni funciones definidas en este
#   cuaderno adentro del modelo.
#
# ¿Dudás entre dos? Comparalos con `cross_val_score` (de `sklearn.model_selection`) sobre los datos de entrenamiento, y no
# con los datos de evaluación: si los usás para elegir, ya no te dicen cómo le va a ir con gente nueva.
#
# **Antes de correr, ¿qué esperás ver?** Decir siempre «no sobrevivió» acierta en 61 de cada 100. ¿Y tu
# modelo?


# %% nbgrader={"grade": false, "grade_id": "entrenar", "locked": false, "schema_version": 3, "solution": true, "task": false}
def entrenar(X, y):
    """Entrena tu mejor clasificador del Titanic.

    X: DataFrame con las columnas de COLUMNAS (textos y faltantes incluidos).
    y: Series de 0 (no sobrevivió) y 1 (sobrevivió), una por fila de X.
    Devuelve un clasificador de scikit-learn entrenado, que recibe esas mismas columnas.
    """
    ### BEGIN SOLUTION
    textos = ["sex", "embarked"]
    numeros = ["pclass", "age", "sibsp", "parch", "fare"]
    preparacion = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), textos),
        (SimpleImputer(strategy="median"), numeros),
    )
    bosque = RandomForestClassifier(n_estimators=15, max_depth=5, n_jobs=1, random_state=SEMILLA)
    return make_pipeline(preparacion, bosque).fit(X, y)
    ### END SOLUTION


# %% [markdown]
# La celda que sigue entrena y guarda `modelo.joblib`. La prueba lo lee del archivo, que es lo que se
# entrega.

# %% nbgrader={"grade": false, "grade_id": "guardar-modelo", "locked": true, "schema_version": 3, "solution": false, "task": false}
modelo = entrenar(X_entrenamiento, y_entrenamiento)
joblib.dump(modelo, "modelo.joblib")
print("Guardado: modelo.joblib")

# %% nbgrader={"grade": true, "grade_id": "entrenar-autotest", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
assert modelo is not None, "Todavía no hay modelo: completá entrenar (y revisá que tenga return)."
guardado = joblib.load("modelo.joblib")
assert hasattr(guardado, "predict"), (
    f"Guardaste un {type(guardado).__name__}, que no tiene predict. ¿Qué devuelve entrenar?"
)
raros = X_evaluacion.head(5).copy()
raros.loc[:, ["age", "embarked"]] = np.nan
try:
    respuestas = guardado.predict(raros)
except (ValueError, TypeError) as error:
    raise AssertionError(
        "Con faltantes en age y embarked el modelo no pudo predecir. ¿Está el preprocesamiento dentro "
        f"del Pipeline? El error fue: {error}"
    ) from None
assert set(respuestas) <= {0, 1}, "predict tiene que devolver 0 o 1 para cada pasajero."
acierto = (guardado.predict(X_evaluacion) == y_evaluacion).mean()
assert acierto > 0.7, (
    f"Acierta en {acierto:.0%} de los pasajeros que no vio, y decir siempre «no sobrevivió», en 61 %. "
    "¿Entra `sex` en el modelo?"
)
assert acierto < 0.93, (
    f"Acierta en {acierto:.0%} de los pasajeros que no vio: demasiado bueno para ser cierto. "
    "¿Entrenaste también con los datos de evaluación?"
)
print("✅ El modelo guardado acepta los datos como vienen y le gana a decir siempre que no")

# %% [markdown]
# ## Parte 2 · La evidencia
#
# Un número sin evidencia es una opinión. La evidencia es una tabla con **una fila por pasajero de
# evaluación**: qué pasó, qué dijo el modelo y a qué grupos pertenece. Con ella, cualquiera rehace todos
# los números de la card sin pedirte nada.
#
# Escribí `armar_evidencia(modelo, X, y)`. Devuelve un `DataFrame` con el **mismo índice** que `X` y estas
# seis columnas:
#
# | columna | qué es |
# |---|---|
# | `y_true` | lo que pasó: el valor de `y` (0 o 1) |
# | `y_pred` | lo que devuelve `modelo.predict(X)` (0 o 1) |
# | `y_score` | la probabilidad de la clase 1: segunda columna de `modelo.predict_proba(X)`. Si el modelo no tiene `predict_proba` (como `LinearSVC`), `nan` en todas |
# | `sexo`, `clase`, `edad` | las tres columnas de `grupos(X)` |
#
# `y_pred` sale de `predict`, y no de comparar `y_score` con 0,5: hay modelos que deciden con otro umbral.
# El modelo ya viene entrenado: acá **no se entrena nada**.


# %% nbgrader={"grade": false, "grade_id": "evidencia", "locked": false, "schema_version": 3, "solution": true, "task": false}
def armar_evidencia(modelo, X, y):
    """Arma la tabla con la que se puede rehacer toda métrica del modelo.

    modelo: clasificador ya entrenado. X: DataFrame de pasajeros. y: Series de 0 y 1, índice de X.
    Devuelve un DataFrame con el índice de X y las columnas "y_true", "y_pred", "y_score",
    "sexo", "clase" y "edad".
    """
    ### BEGIN SOLUTION
    tiene_score = hasattr(modelo, "predict_proba")
    tabla = grupos(X)
    tabla.insert(0, "y_true", y)
    tabla.insert(1, "y_pred", modelo.predict(X))
    tabla.insert(2, "y_score", modelo.predict_proba(X)[:, 1] if tiene_score else np.nan)
    return tabla
    ### END SOLUTION


# %% [markdown]
# La celda que sigue la guarda en `evidencia.csv`, al lado del modelo. La columna `pasajero` es el número
# de fila en `titanic.csv`.

# %% nbgrader={"grade": false, "grade_id": "guardar-evidencia", "locked": true, "schema_version": 3, "solution": false, "task": false}
evidencia = armar_evidencia(modelo, X_evaluacion, y_evaluacion)
evidencia.to_csv("evidencia.csv", index_label="pasajero")
evidencia.head(4).round(3)


# %% nbgrader={"grade": true, "grade_id": "evidencia-autotest", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
class ModeloDePrueba:
    """Predice 1 si la probabilidad supera 0,3 (y no 0,5)."""

    def predict(self, X):
        return (X["fare"].to_numpy() / 100 > 0.3).astype(int)

    def predict_proba(self, X):
        p = X["fare"].to_numpy() / 100
        return np.column_stack([1 - p, p])


class ModeloSinProba:
    def predict(self, X):
        return np.ones(len(X), dtype=int)


tres = titanic.loc[[10, 7, 5], COLUMNAS].assign(fare=[40.0, 80.0, 10.0])
prueba = armar_evidencia(ModeloDePrueba(), tres, titanic.loc[[10, 7, 5], "survived"])
assert isinstance(prueba, pd.DataFrame), "armar_evidencia tiene que devolver un DataFrame."
for columna in ("y_true", "y_pred", "y_score", "sexo", "clase", "edad"):
    assert columna in prueba.columns, f"A la evidencia le falta la columna {columna!r}."
assert list(prueba.index) == [10, 7, 5], "La evidencia tiene que tener el mismo índice que X."
assert list(prueba["y_true"]) == [1, 0, 0], "y_true es el valor de y de cada pasajero."
assert list(prueba["y_pred"]) == [1, 1, 0], "y_pred es lo que devuelve modelo.predict(X)."
assert np.allclose(prueba["y_score"].astype(float), [0.4, 0.8, 0.1]), (
    "y_score es la probabilidad de la clase 1: modelo.predict_proba(X)[:, 1]."
)
assert list(prueba["edad"]) == ["menor de 16", "menor de 16", "sin dato"], "Usá grupos(X)."
sin_proba = armar_evidencia(ModeloSinProba(), tres, titanic.loc[[10, 7, 5], "survived"])
assert sin_proba["y_score"].isna().all(), "Si el modelo no tiene predict_proba, y_score es nan."

leida = pd.read_csv("evidencia.csv")
assert len(leida) == len(X_evaluacion), "En evidencia.csv va una fila por pasajero de evaluación."
assert list(leida["y_pred"]) == list(joblib.load("modelo.joblib").predict(X_evaluacion)), (
    "evidencia.csv no coincide con modelo.joblib: corré de nuevo las dos celdas que guardan."
)
print("✅ La evidencia coincide con el modelo guardado, fila por fila")

# %% [markdown]
# ## Parte 3 · Medir, en el total y por grupo
#
# **a)** Escribí `metricas(y_true, y_pred)`. Recibe dos arrays (o Series) de 0 y 1, del mismo largo, y
# devuelve un `dict`:
#
# | clave | qué es |
# |---|---|
# | `"n"` | cuántos casos hay |
# | `"exactitud"` | parte de los casos en los que `y_pred` es igual a `y_true` |
# | `"precision"` | de los que el modelo dijo 1, qué parte era 1. **Si no dijo 1 nunca, `float("nan")`** |
# | `"recall"` | de los que eran 1, en qué parte el modelo dijo 1. **Si no había ninguno, `float("nan")`** |
#
# Las tres métricas van de 0 a 1, **sin redondear**. Podés hacer las cuentas o usar scikit-learn, como en el
# ejemplo: en `precision_score` y en `recall_score`, mirá qué hace `zero_division=np.nan`.
#
# **b)** Escribí `metricas_por_grupo(evidencia, columna)`. `columna` es `"sexo"`, `"clase"`, `"edad"` o
# cualquier otra columna de la evidencia. Devuelve un `DataFrame` con **una fila por grupo** (el índice es
# el nombre del grupo) y las columnas `n`, `exactitud`, `precision` y `recall`. El orden de las filas no
# importa.
#
# **Antes de correr, ¿qué esperás ver?** ¿En qué grupo creés que el modelo encuentra a menos
# sobrevivientes?


# %% nbgrader={"grade": false, "grade_id": "metricas", "locked": false, "schema_version": 3, "solution": true, "task": false}
def metricas(y_true, y_pred):
    """Mide un clasificador binario; la clase positiva es 1.

    y_true, y_pred: arrays o Series de 0 y 1, del mismo largo.
    Devuelve un dict con "n" (casos), "exactitud", "precision" y "recall" (0 a 1, o nan).
    """
    ### BEGIN SOLUTION
    real, dicho = np.asarray(y_true), np.asarray(y_pred)
    encontrados = int(((real == 1) & (dicho == 1)).sum())
    dijo_1, eran_1 = int((dicho == 1).sum()), int((real == 1).sum())
    return {
        "n": len(real),
        "exactitud": float((real == dicho).mean()),
        "precision": encontrados / dijo_1 if dijo_1 else float("nan"),
        "recall": encontrados / eran_1 if eran_1 else float("nan"),
    }
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "por-grupo", "locked": false, "schema_version": 3, "solution": true, "task": false}
def metricas_por_grupo(evidencia, columna):
    """Aplica metricas a cada grupo de pasajeros.

    evidencia: DataFrame con "y_true", "y_pred" y la columna que dice el grupo.
    columna: nombre de esa columna.
    Devuelve un DataFrame: una fila por grupo, columnas "n", "exactitud", "precision" y "recall".
    """
    ### BEGIN SOLUTION
    filas = {
        grupo: metricas(parte["y_true"], parte["y_pred"])
        for grupo, parte in evidencia.groupby(columna)
    }
    return pd.DataFrame.from_dict(filas, orient="index")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "metricas-autotest", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
total = metricas(filtro["era_spam"], filtro["marcado"])
for clave in ("n", "exactitud", "precision", "recall"):
    assert clave in total, f"Al resultado de metricas le falta la clave {clave!r}."
assert total["n"] == 20, "n es la cantidad de casos."
assert abs(total["exactitud"] - 0.8) < 1e-9, "La exactitud es la parte de aciertos: acá, 16 de 20."
assert abs(total["precision"] - 4 / 6) < 1e-9, (
    "La precisión mira los que el modelo dijo 1: acá marcó 6 y 4 eran spam. ¿La cambiaste con el recall?"
)
assert abs(total["recall"] - 4 / 6) < 1e-9, "El recall mira los que eran 1: había 6 y encontró 4."
en_español = metricas(filtro["era_spam"][:10], filtro["marcado"][:10])
assert abs(en_español["precision"] - 4 / 6) < 1e-9 and en_español["recall"] == 1, (
    "Precisión: de los marcados, cuántos eran. Recall: de los que eran, cuántos encontró."
)
nunca = metricas(np.array([1, 0, 0]), np.array([0, 0, 0]))
assert np.isnan(nunca["precision"]), "Si el modelo nunca dijo 1, la precisión no existe: nan."
assert nunca["recall"] == 0, "Había un positivo y no lo encontró: ahí el recall sí existe, y es 0."
assert np.isnan(metricas(np.zeros(3), np.array([1, 0, 0]))["recall"]), (
    "Si no había ningún positivo, el recall no existe: nan."
)

de_prueba = filtro.rename(columns={"era_spam": "y_true", "marcado": "y_pred"})
por_idioma = metricas_por_grupo(de_prueba.sample(frac=1, random_state=SEMILLA), "idioma")
assert isinstance(por_idioma, pd.DataFrame), "metricas_por_grupo tiene que devolver un DataFrame."
assert set(por_idioma.index) == {"español", "guaraní"}, "El índice es el nombre de cada grupo."
assert por_idioma.loc["guaraní", "recall"] == 0 and por_idioma.loc["español", "recall"] == 1, (
    "En español encontró todo el spam y en guaraní, nada: separá las filas por grupo."
)
assert np.isnan(por_idioma.loc["guaraní", "precision"]), "En guaraní la precisión no existe: nan."
print("✅ Las métricas están bien en el total, por grupo, y cuando no existen")

# %% [markdown]
# ## Un error frecuente: la card de un solo número
#
# Esto es lo que dice la mayoría de las cards:

# %%
total = metricas(evidencia["y_true"], evidencia["y_pred"])
print(
    f"El modelo tiene una exactitud de {total['exactitud']:.3f}, medida en {total['n']} pasajeros."
)

# %% [markdown]
# Es verdad, y no alcanza. Ahora por sexo:

# %%
metricas_por_grupo(evidencia, "sexo").round(3)

# %% [markdown]
# La exactitud es casi la misma, y el modelo es **dos modelos**: a las mujeres que sobrevivieron las
# encuentra casi siempre; a los varones, casi nunca. De 24 varones que sobrevivieron reconoció a 2. La
# exactitud no lo muestra porque la mayoría de los varones murió: decir siempre que no, ahí, acierta
# mucho. (Los números son los del modelo de referencia; los tuyos pueden ser otros.)
#
# El arreglo no es un número mejor: es **mostrar la tabla**.

# %% nbgrader={"grade": false, "grade_id": "grafico-grupos", "locked": true, "schema_version": 3, "solution": false, "task": false}
tabla = pd.concat({c: metricas_por_grupo(evidencia, c) for c in ("sexo", "clase", "edad")})
tabla = tabla.astype(float)
sobrevivientes = [evidencia.loc[evidencia[c] == g, "y_true"].sum() for c, g in tabla.index]
nombres = [
    f"{c}: {g} ({s} de {n:.0f})"
    for (c, g), s, n in zip(tabla.index, sobrevivientes, tabla["n"], strict=True)
]
bajo, alto = proportion_confint(
    tabla["recall"].fillna(0) * sobrevivientes, sobrevivientes, method="wilson"
)
distancia = tabla.loc["sexo"].max() - tabla.loc["sexo"].min()

figura, eje = plt.subplots(figsize=(8.5, 4.6))
eje.hlines(nombres, bajo, alto, color="C0", linewidth=2, label="recall, con IC 95 % (Wilson)")
eje.plot(tabla["recall"], nombres, "o", color="C0", markersize=8)
eje.plot(tabla["exactitud"], nombres, "D", color="C1", markersize=7, label="exactitud")
eje.invert_yaxis()
eje.set(
    title=(
        f"Entre mujeres y varones, la exactitud difiere en {distancia['exactitud']:.2f};\n"
        f"el recall, en {distancia['recall']:.2f}"
    ).replace(".", ","),
    xlabel="valor de la métrica",
    xlim=(-0.03, 1.03),
    ylabel="grupo (sobrevivientes de total)",
)
eje.legend(loc="upper center", bbox_to_anchor=(0.4, -0.16), ncols=2)
plt.show()

# %% [markdown]
# Mirá también el ancho de las líneas: con 11 o 24 sobrevivientes, un recall es apenas una idea. Una card
# honesta pone el `n` al lado de cada cifra.
#
# ## Parte 4 · La brecha
#
# Para vigilar una diferencia entre grupos hace falta un número. Escribí
# `brecha(tabla, metrica, n_min=10)`:
#
# - `tabla` es un DataFrame como el de `metricas_por_grupo`; `metrica`, el nombre de una de sus columnas;
# - devuelve un `float`: el **mayor** valor de esa métrica menos el **menor**;
# - deja afuera los grupos con **menos** de `n_min` casos (columna `n`) y los que tienen `nan`;
# - si quedan menos de dos grupos, no hay con qué comparar: devuelve `float("nan")`.


# %% nbgrader={"grade": false, "grade_id": "brecha", "locked": false, "schema_version": 3, "solution": true, "task": false}
def brecha(tabla, metrica, n_min=10):
    """Distancia entre el grupo al que mejor le va y al que peor le va.

    tabla: DataFrame con una fila por grupo, la columna "n" y las métricas.
    metrica: nombre de la columna. n_min: casos que necesita un grupo para entrar.
    Devuelve un float (0 a 1), o nan si quedan menos de dos grupos.
    """
    ### BEGIN SOLUTION
    valores = tabla.loc[tabla["n"] >= n_min, metrica].dropna()
    if len(valores) < 2:
        return float("nan")
    return float(valores.max() - valores.min())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "brecha-autotest", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
de_prueba = pd.DataFrame(
    {"n": [50, 40, 10, 3], "recall": [0.9, 0.6, 0.7, 0.0], "precision": [0.8, np.nan, 0.5, 1.0]},
    index=["a", "b", "c", "d"],
)
assert abs(brecha(de_prueba, "recall") - 0.3) < 1e-9, (
    "La brecha es el mayor menos el menor entre los grupos con n_min casos o más (acá, sin el grupo d)."
)
assert abs(brecha(de_prueba, "recall", n_min=3) - 0.9) < 1e-9, (
    "Usá el argumento n_min; con n igual a n_min, entra."
)
assert abs(brecha(de_prueba, "precision") - 0.3) < 1e-9, "Los grupos con nan quedan afuera."
assert np.isnan(brecha(de_prueba, "recall", n_min=45)), "Con un solo grupo no hay brecha: nan."
print("✅ La brecha compara solo lo que se puede comparar")

# %%
for columna in ("sexo", "clase", "edad"):
    tabla = metricas_por_grupo(evidencia, columna)
    print(
        f"{columna:6s} brecha de exactitud {brecha(tabla, 'exactitud'):.3f} · "
        f"brecha de recall {brecha(tabla, 'recall'):.3f}"
    )

# %% [markdown]
# ## Parte 5 · La model card
#
# Copiá `model_card_template.md` (está en la carpeta del curso) a **la carpeta de este cuaderno**, con el
# nombre `MODEL_CARD.md`, y completala con tu modelo. En JupyterLab la abrís con doble clic y la editás
# como texto. Los párrafos de la guía (los que empiezan con `>`) podés dejarlos o borrarlos.
#
# Una máquina corrige lo que está **declarado**, y una persona lee el resto:
#
# | lo lee la máquina | puntos |
# |---|---|
# | **las siete secciones**, con texto tuyo y sin ningún `[completar…]`; y los renglones *Algoritmo*, *Versión de scikit-learn*, *Filas* y *Fecha*, que se comparan con tu `modelo.joblib` y con los datos | 1 |
# | **una tabla** con el total y al menos un grupo | 0,5 |
# | **usos fuera de alcance**: que nombres alguno | 0,5 |
# | **cifras verdaderas**: cada celda de la tabla se recalcula con tu `modelo.joblib` sobre los 223 pasajeros de evaluación. Como mínimo van la **exactitud** y el **recall**, en el **total** y **por sexo** | 1 |
#
# Una fila de la tabla es `Global`, `columna = nivel` (sexo, clase o edad, con los niveles de la evidencia) o
# `Brecha (columna)`; los otros nombres que valen están en `grupos.toml`. Las cifras van redondeadas, con **dos
# decimales o más**: `0,80`, `0.803` y `80,3 %` valen todas. Lo que no existe se escribe `nan`. ¿Querés otra métrica
# (F1, AUC, especificidad…)? Agregale una columna. Un número que está en una frase y no en la tabla no suma ni
# resta: se le muestra a quien corrige.
#
# No pases nada a mano. Esta celda escribe la tabla para que la pegues, y los renglones que se comparan:


# %% nbgrader={"grade": false, "grade_id": "tabla-para-pegar", "locked": true, "schema_version": 3, "solution": false, "task": false}
def fila_markdown(celdas):
    return "| " + " | ".join(celdas) + " |"


def numeros(fila):
    """Las tres métricas de una fila, con tres decimales."""
    return [f"{fila[metrica]:.3f}" for metrica in ("exactitud", "precision", "recall")]


def con_casos(fila):
    return [f"{fila['n']:.0f}", *numeros(fila)]


lineas = [
    fila_markdown(["Grupo", "Casos", "Exactitud", "Precisión", "Recall"]),
    "|---|---|---|---|---|",
    fila_markdown(["Global", *con_casos(metricas(evidencia["y_true"], evidencia["y_pred"]))]),
]
for columna in ("sexo", "clase", "edad"):
    tabla = metricas_por_grupo(evidencia, columna)
    for grupo, fila in tabla.iterrows():
        lineas.append(fila_markdown([f"{columna} = {grupo}", *con_casos(fila)]))
    distancia = (tabla.max() - tabla.min()).where(tabla.count() > 1)
    lineas.append(fila_markdown([f"Brecha ({columna})", "", *numeros(distancia)]))
print("\n".join(lineas))

clasificador = modelo.steps[-1][1] if hasattr(modelo, "steps") else modelo
print(f"\nEn «Detalles del modelo»:\n- **Algoritmo:** `{type(clasificador).__name__}`")
print(f"- **Versión de scikit-learn:** {sklearn.__version__}")
print(f"En «Datos de entrenamiento»:\n- **Filas:** {len(X_entrenamiento)}")
print(f"En «Datos de evaluación»:\n- **Filas:** {len(X_evaluacion)}")

# %% nbgrader={"grade": true, "grade_id": "card-autotest", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
from revisar_card import revisar

problemas = revisar(
    "MODEL_CARD.md",
    modelo,
    filas={"training": len(X_entrenamiento), "evaluation": len(X_evaluacion)},
    exige=[
        (grupo, metrica)
        for grupo in ("Global", "sexo = mujer", "sexo = varón")
        for metrica in ("Exactitud", "Recall")
    ],
)
assert not problemas, "A la card le falta:\n" + "\n".join(f"- {problema}" for problema in problemas)
print("✅ La card está completa, y cada celda de la tabla sale de evidencia.csv")

# %% [markdown]
# ¿Querés otra opinión antes de entregar, línea por línea? El README del curso dice con qué comando.
#
# Antes de entregar, leela como si fueras otra persona: alguien que tiene que decidir con tu modelo y no
# sabe qué es un `Pipeline`. ¿Sabría cuándo **no** usarlo?
#
# ## Otro error frecuente: la card que era verdad
#
# Nadie miente en una card. Se copia un número, después se reentrena el modelo, y el número queda. Mirá
# cuánto duran los tuyos si alguien reentrena con otra semilla y no toca la card:

# %%
otro = RandomForestClassifier(n_estimators=15, max_depth=5, n_jobs=1, random_state=SEMILLA + 1)
numericas = ["pclass", "age", "sibsp", "parch", "fare"]
otro = make_pipeline(
    make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["sex", "embarked"]),
        (SimpleImputer(strategy="median"), numericas),
    ),
    otro,
).fit(X_entrenamiento, y_entrenamiento)

antes = metricas_por_grupo(evidencia, "clase")
despues = metricas_por_grupo(armar_evidencia(otro, X_evaluacion, y_evaluacion), "clase")
pd.DataFrame(
    {"recall en la card": antes["recall"], "recall del modelo nuevo": despues["recall"]}
).round(3)

# %% [markdown]
# El arreglo es que la card **se genere o se verifique** cada vez que cambia el modelo, como cualquier otra
# prueba. Eso hace quien te corrige: carga tu `modelo.joblib`, recalcula y compara.
#
# ## Parte 6 · Interpretá
#
# **a)** (1 punto) Una aseguradora quiere usar tu modelo «porque acierta en 8 de cada 10». Contestale en
# 4 a 6 renglones, sin tecnicismos y con **dos números de tu card**: ¿a qué grupo le va peor, qué error comete
# el modelo con esas personas y qué se sigue de eso? ¿Qué esconde ese 8 de cada 10?

# %% [markdown] nbgrader={"grade": true, "grade_id": "interpretacion-brecha", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}
# **Respuesta modelo.** Acierta en 82 de cada 100, sí, pero no de la misma manera con todos. De cada 100
# mujeres que sobrevivieron reconoce a 97; de cada 100 varones que sobrevivieron, a 8: en nuestra prueba, 2 de
# 24. Con los varones «acierta» porque casi siempre dice que no, y casi siempre murieron. Si lo usan, a casi
# todo varón que hubiera sobrevivido lo van a tratar como perdido. Además son solo 24: ese 8 podría ser un 2 o
# un 26, así que tampoco hay que tomarlo al pie de la letra.
#
# **Rúbrica (1 punto).** 0,5: explica con dos números propios que la exactitud es pareja y el recall no (o la
# diferencia que tenga su modelo), en palabras que entiende alguien que no programa. 0,25: dice cuál es el error
# (da por muertos a quienes sobrevivieron) y sobre quiénes cae. 0,25: menciona que los grupos son chicos o que
# la cifra es incierta. Sin números de la card, como mucho 0,25.

# %% [markdown]
# **b)** (1 punto) Elegí el uso fuera de alcance más tentador de tu card. ¿Quién podría querer usarlo así,
# qué daño haría y cómo se enteraría esa persona de que no debe? (4 a 6 renglones)

# %% [markdown] nbgrader={"grade": true, "grade_id": "interpretacion-uso", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}
# **Respuesta modelo.** El más tentador es estimar el riesgo de los pasajeros de un crucero de hoy: los datos
# se parecen (edad, sexo, clase) y el modelo contesta sin quejarse. Lo querría quien diseña una póliza o un plan
# de evacuación. El daño: el modelo aprendió que en 1912 se embarcó primero a mujeres y niños de primera clase, y
# lo repetiría como si fuera una ley; los varones y la tercera clase quedarían últimos otra vez. Se entera porque
# la card lo dice en «Usos fuera de alcance», con el motivo, y porque el servicio puede llevar esa frase en su
# documentación; lo ideal es que además rechace pedidos que no sean del conjunto histórico.
#
# **Rúbrica (1 punto).** 0,4: uso concreto y tentador (no «usarlo mal»), con quién lo haría. 0,4: daño concreto,
# a personas identificables, ligado a cómo se hicieron los datos o a la brecha medida. 0,2: un mecanismo creíble
# para que la advertencia llegue a quien usa el modelo.

# %% [markdown]
# ## Para llevarte
#
# - Un promedio es una opinión sobre nadie. La misma exactitud puede esconder dos modelos opuestos: medí
#   **por subgrupo**, con el `n` al lado.
# - Una métrica que no se puede calcular es `nan`, no 0. Y con 24 casos, es una idea y no una medida.
# - La evidencia (una fila por caso) se guarda con el modelo: sin ella, una card no se puede auditar.
# - Los números de la card se generan o se verifican; a mano, duran lo que tarda el próximo reentrenamiento.
# - «Fuera de alcance» es la parte más útil de la card: dice cuándo **no**. La ley también pide estas cosas: para
#   los sistemas de alto riesgo, el Anexo IV del AI Act europeo exige documentar el uso previsto, las limitaciones
#   y la exactitud para los grupos de personas sobre los que se usa.
#
# ## Bonus (sin puntos)
#
# 1. Cruzá dos factores: `evidencia["sexo"] + ", " + evidencia["clase"]`. ¿En qué grupo está la peor cifra? ¿Cuántos
#    casos tiene?
# 2. Agregá a la card la probabilidad: ¿está **calibrada**? (De los pasajeros con 70 %, ¿sobrevivió el 70 %?)
# 3. Con `y_score`, probá bajar el umbral (0,4; 0,3) y mirá qué pasa con el recall de los varones y con la
#    precisión. ¿Qué elegirías, y quién debería elegirlo?
