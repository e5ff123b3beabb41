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
# # Homework · De entrenar a vigilar
#
# **180 minutos · 24 puntos** (20 automáticos y 4 que corrige una persona)
#
# Te hacés cargo de un modelo de créditos de punta a punta: lo entrenás, lo guardás, simulás un mes de
# producción en el que algo cambia, detectás qué cambió, hacés sonar la alarma justa y escribís la *model
# card* que va a leer quien decide con él.
#
# Al terminar vas a poder:
#
# 1. entregar un modelo que se carga y predice igual en otra máquina;
# 2. inyectar un drift conocido para probar tu propio monitoreo;
# 3. calcular el PSI de todas las variables, numéricas y categóricas, y alertar solo por las que cambiaron;
# 4. escribir una model card con números verdaderos, por subgrupo.
#
# | parte | qué entregás | minutos | puntos |
# |---|---|---|---|
# | a | `modelo`, entrenado con el mes 1 | 25 | 3 |
# | b | `modelo.joblib` | 10 | 2 |
# | c | `simular_mes`, un mes de tráfico con drift | 30 | 3 |
# | d | `psi_por_feature` | 30 | 3 |
# | e | `alertas` | 20 | 3 |
# | f | `MODEL_CARD.md` | 50 | 6 |
# | g | tus dos interpretaciones, en palabras | 15 | 4 |
#
# Se entregan **tres archivos**, en esta misma carpeta: este cuaderno, `modelo.joblib` y `MODEL_CARD.md`.
# (El cuaderno deja también `evidencia.csv`; si viaja con la entrega no molesta.) La entrega se **acepta** si
# tu monitoreo detecta el drift que le inyectamos (parte e) y la card está completa (parte f): tu devolución
# dice *aceptada* o *no aceptada*, y por qué.

# %%
# Imports y configuración inicial
import logging
import sys
from pathlib import Path

import joblib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

DATOS = next(
    carpeta / "datasets"
    for carpeta in [Path.cwd(), *Path.cwd().parents]
    if (carpeta / "datasets").is_dir()
)
plt.style.use(DATOS / "estilo.mplstyle")
SEMILLA = 59
logging.basicConfig(stream=sys.stdout, format="%(levelname)s · %(message)s", force=True)

# %% [markdown]
# ## Los datos
#
# `snapshot1.csv` tiene 5.000 solicitudes del mes 1, en orden aleatorio. La separación ya está hecha y es
# parte de la consigna: las primeras 3.500 filas son para **entrenar** y las otras 1.500 para **evaluar**.
# La etiqueta `mora` vale 1 si la persona se atrasó en el pago. Las ocho `FEATURES` son lo que se
# sabe de cada solicitud al momento de decidir; la referencia del monitoreo son esas columnas en las filas
# de entrenamiento.

# %% nbgrader={"grade": false, "grade_id": "datos", "locked": true, "schema_version": 3, "solution": false, "task": false}
NUMERICAS = ["edad", "monto", "ingreso", "antiguedad_laboral", "cuotas"]
CATEGORICAS = ["canal", "region", "genero"]
FEATURES = NUMERICAS + CATEGORICAS

mes_1 = pd.read_csv(DATOS / "snapshot1.csv")
entrenamiento = mes_1.iloc[:3_500]
evaluacion = mes_1.iloc[3_500:]
referencia = entrenamiento[FEATURES]

print(f"Entrenamiento: {len(entrenamiento)} filas, {entrenamiento['mora'].mean():.1%} en mora")
print(f"Evaluación:    {len(evaluacion)} filas, {evaluacion['mora'].mean():.1%} en mora")
print("Faltantes:    ", {c: f"{f:.1%}" for c, f in referencia.isna().mean().items() if f > 0})
entrenamiento.head(3)

# %% [markdown]
# ## Parte a · Entrenar (25 minutos)
#
# ### Un ejemplo resuelto: un Pipeline para el Titanic
#
# Los datos crudos traen textos y faltantes, y los clasificadores no los entienden. Si esa preparación queda
# suelta en el cuaderno, quien cargue el modelo va a tener que adivinarla. En un `Pipeline`, la preparación
# viaja **adentro** del modelo, que entonces recibe las columnas tal como vienen.

# %%
titanic = pd.read_csv(DATOS / "titanic.csv")
preparacion = make_column_transformer(
    (SimpleImputer(strategy="median"), ["age", "fare"]),
    (OneHotEncoder(handle_unknown="ignore"), ["sex", "embarked"]),
)
arbol = make_pipeline(preparacion, DecisionTreeClassifier(max_depth=3, random_state=SEMILLA))
columnas = ["age", "fare", "sex", "embarked"]
arbol.fit(titanic[columnas], titanic["survived"])
print("Una fila cruda:", titanic[columnas].iloc[5].to_dict())
print("Predicción:", arbol.predict(titanic[columnas].iloc[[5]]))

# %% [markdown]
# La edad falta y hay dos textos, y predice igual.
#
# ### Ahora vos
#
# Entrená un clasificador con `entrenamiento` y guardalo en la variable **`modelo`**. Elegí el algoritmo que
# quieras. Tiene que cumplir:
#
# 1. `modelo.predict(X)` y `modelo.predict_proba(X)` reciben un **DataFrame con las columnas `FEATURES`
#    crudas**, con sus textos y sus faltantes. `predict` devuelve `0` o `1`.
# 2. Se entrena **solo** con `entrenamiento`: `evaluacion` no se toca hasta medir.
# 3. Ordena mejor que el azar: AUC de **0,60 o más** en solicitudes nuevas del mes 1. (Decir siempre lo mismo,
#    la clase mayoritaria, tiene AUC 0,50.)
# 4. Adentro usa solo piezas de scikit-learn, no funciones o clases definidas en este cuaderno. (En la
#    parte b vas a ver por qué.)
#
# El modelo recibe las ocho columnas, pero no tiene que usarlas todas. Pensá en `genero`: está para **medir** si
# el modelo trata igual a todos (parte f) y para vigilar si cambia quién pide. Decidir un crédito con esa columna
# sería discriminatorio; probá cuánto pierde el modelo sin ella.
#
# **Antes de correr, ¿qué esperás ver?** Si el modelo dijera siempre «no hay mora», ¿qué exactitud tendría?

# %% nbgrader={"grade": false, "grade_id": "modelo", "locked": false, "schema_version": 3, "solution": true, "task": false}
# Dejá el clasificador entrenado en la variable `modelo`
### BEGIN SOLUTION
numericas = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
preparacion = make_column_transformer(
    (numericas, NUMERICAS),
    (OneHotEncoder(handle_unknown="ignore"), ["canal", "region"]),  # `genero` no se usa: se mide
)
modelo = make_pipeline(preparacion, LogisticRegression(max_iter=1_000))
modelo = modelo.fit(entrenamiento[FEATURES], entrenamiento["mora"])
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "modelo-autotest", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
assert "modelo" in globals(), "Todavía no definiste `modelo`: completá la celda de arriba."
assert hasattr(modelo, "predict_proba"), (
    "A tu modelo le falta `predict_proba`: elegí un clasificador que dé probabilidades."
)
try:
    predicho = np.asarray(modelo.predict(evaluacion[FEATURES]))
    probabilidad = np.asarray(modelo.predict_proba(evaluacion[FEATURES]))
except Exception as error:
    raise AssertionError(
        f"El modelo no pudo predecir con las columnas crudas ({type(error).__name__}: {error}). "
        "¿Pusiste la preparación de textos y faltantes adentro de un Pipeline?"
    ) from error
assert predicho.shape == (1_500,), f"predict devolvió algo de forma {predicho.shape}, no (1500,)."
assert set(predicho.tolist()) <= {0, 1}, f"predict tiene que devolver 0 o 1, no {set(predicho)}."
assert probabilidad.shape == (1_500, 2), "predict_proba devuelve dos columnas: una por clase."
auc = roc_auc_score(evaluacion["mora"], probabilidad[:, 1])
assert auc >= 0.60, f"En evaluación el AUC es {auc:.2f}: poco mejor que el azar. ¿Qué aprendió?"
assert auc < 0.99, f"Un AUC de {auc:.2f} es sospechoso: ¿entrenaste con las filas de evaluación?"
exactitud = accuracy_score(evaluacion["mora"], predicho)
print(f"✅ modelo: AUC {auc:.3f} y exactitud {exactitud:.3f} en las 1.500 filas de evaluación")

# %% [markdown]
# Decir siempre «no hay mora» acierta 74 de cada 100 veces: por eso la exactitud sola no alcanza
# para saber si un modelo sirve.
#
# ## Parte b · Guardar (10 minutos)
#
# Guardá `modelo` con `joblib.dump` en un archivo llamado **`modelo.joblib`**, en esta carpeta (la de
# trabajo: sin ruta). En la corrección lo cargamos en **otro proceso, que no corrió tu cuaderno**, y tiene
# que predecir lo mismo que `modelo`.
#
# > **Un error frecuente.** `joblib` no guarda el código de tus funciones, solo sus nombres. Si el Pipeline
# > usa una función que definiste en el cuaderno (por ejemplo en un `FunctionTransformer`), en el otro
# > proceso esa función no existe y la carga falla con `Can't get attribute ... on <module '__main__'>`. Se
# > arregla usando piezas de la biblioteca, o poniendo la función en un módulo `.py` que viaje con el modelo.
#
# **Antes de correr, ¿qué esperás ver?** ¿Más o menos cuánto pesa el archivo? ¿Pesaría más si fuera un bosque
# de 500 árboles?

# %% nbgrader={"grade": false, "grade_id": "guardar", "locked": false, "schema_version": 3, "solution": true, "task": false}
# Guardá `modelo` en modelo.joblib
### BEGIN SOLUTION
joblib.dump(modelo, "modelo.joblib")
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "joblib-autotest", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
assert Path("modelo.joblib").is_file(), (
    "No encuentro `modelo.joblib` en la carpeta de trabajo: guardalo con joblib.dump."
)
assert "modelo" in globals(), "Primero entrená `modelo` (parte a)."
cargado = joblib.load("modelo.joblib")
assert hasattr(cargado, "predict"), (
    f"`modelo.joblib` contiene un {type(cargado).__name__}, no un modelo: guardá el Pipeline completo."
)
try:
    iguales = np.array_equal(
        np.asarray(cargado.predict(evaluacion[FEATURES])),
        np.asarray(modelo.predict(evaluacion[FEATURES])),
    )
except Exception as error:
    raise AssertionError(
        f"El modelo cargado no pudo predecir ({type(error).__name__}). "
        "¿Lo guardaste antes de entrenarlo?"
    ) from error
assert iguales, "El modelo cargado predice distinto que `modelo`: ¿guardaste una versión anterior?"
print("✅ modelo.joblib: se carga y predice lo mismo")


# %% [markdown]
# ## Parte c · Un mes de producción con drift (30 minutos)
#
# ¿Cómo sabés que tu alarma funciona, antes de que haga falta? Como en un simulacro de incendio: prendés un
# fuego chico y conocido, y mirás si suena. Vas a fabricar un mes de tráfico en el que cambió **una sola**
# variable.
#
# ### Un ejemplo resuelto: una semana en la cafetería
#
# Remuestrear con reposición (*bootstrap*) da filas nuevas con las mismas proporciones que las originales, y
# sin romper la relación entre columnas. Después se corre una columna y se les pone fecha.

# %%
ventas = pd.DataFrame(
    {"vaso": ["chico", "grande", "chico", "mediano"], "minutos": [3.0, 6.5, 2.5, 4.0]}
)
rng = np.random.default_rng(SEMILLA)
semana = ventas.sample(n=14, replace=True, random_state=rng, ignore_index=True)
semana["minutos"] = semana["minutos"] + 2  # atienden más lento: se corre la media
semana.loc[rng.random(14) < 0.5, "vaso"] = "grande"  # venden más grandes: cambia la mezcla
semana["fecha"] = pd.date_range("2026-07-06", periods=7).repeat(2)  # 7 días, 2 ventas por día
print(semana.head(6))
print("\nventas sigue igual:", ventas["minutos"].tolist())

# %% [markdown]
# ### Ahora vos
#
# Escribí `simular_mes(referencia, feature, rng)`:
#
# | argumento | qué es |
# |---|---|
# | `referencia` | DataFrame con las columnas `FEATURES` |
# | `feature` | nombre (texto) de la columna que va a derivar; puede ser **cualquiera** de las ocho |
# | `rng` | `np.random.Generator`: de ahí sale todo el azar |
#
# Devuelve un DataFrame nuevo, con:
#
# 1. **3.000 filas**: 30 días corridos, 100 solicitudes por día.
# 2. **Las mismas columnas** que `referencia`, más `fecha` (tipo fecha de pandas, sin hora; el día de inicio
#    lo elegís vos).
# 3. **Drift en `feature`**: el PSI entre `referencia` y el mes tiene que superar 0,25. Apuntá a 0,4 o más para
#    no depender del azar. Qué le hacés (correr la media, cambiar la escala, la mezcla o los faltantes) lo
#    decidís vos; pensá qué sirve para un número y qué para un texto.
# 4. **Nada más cambia**: en las otras columnas el PSI queda por debajo de 0,1.
# 5. Es **reproducible**: con la misma semilla sale el mismo mes. Y no modifica `referencia`.
#
# **Antes de correr, ¿qué esperás ver?** `edad` y `antiguedad_laboral` van de la mano. Si corrés solo `edad`,
# ¿cambia el PSI de `antiguedad_laboral`?


# %% nbgrader={"grade": false, "grade_id": "simular", "locked": false, "schema_version": 3, "solution": true, "task": false}
def simular_mes(referencia, feature, rng):
    """Un mes de producción en el que solo cambió una variable.

    referencia: DataFrame con las columnas FEATURES.
    feature: nombre de la columna que deriva.
    rng: np.random.Generator, de donde sale todo el azar.
    Devuelve un DataFrame de 3.000 filas (30 días, 100 por día): las columnas de `referencia` y `fecha`.
    """
    ### BEGIN SOLUTION
    mes = referencia.sample(n=3_000, replace=True, random_state=rng, ignore_index=True)
    columna = mes[feature]
    if columna.nunique() > 10:
        mes[feature] = columna + 0.75 * columna.std()
    else:
        menos_frecuente = columna.value_counts().index[-1]
        mes.loc[rng.random(len(mes)) < 0.5, feature] = menos_frecuente
    mes["fecha"] = pd.date_range("2026-07-01", periods=30).repeat(100)
    return mes
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "simular-autotest", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def probar_mes(variable):
    mes = simular_mes(referencia, variable, np.random.default_rng(1))
    assert isinstance(mes, pd.DataFrame), (
        f"simular_mes devolvió {type(mes).__name__}, no un DataFrame."
    )
    sobran = set(mes.columns) ^ {*FEATURES, "fecha"}
    assert not sobran, f"Las columnas tienen que ser FEATURES y fecha: revisá {sorted(sobran)}."
    assert len(mes) == 3_000, f"El mes tiene {len(mes)} filas: son 30 días de 100 solicitudes."
    dias = pd.to_datetime(mes["fecha"]).dt.normalize().value_counts()
    assert len(dias) == 30, f"Hay {len(dias)} fechas distintas y tienen que ser 30."
    assert set(dias) == {100}, "Cada día tiene que tener 100 solicitudes."
    corridos = (dias.index.max() - dias.index.min()).days == 29
    assert corridos, "Los 30 días tienen que ser corridos, uno detrás del otro."
    for otra in set(FEATURES) - {variable}:
        if mes[otra].nunique() > 10:
            corrimiento = abs(mes[otra].mean() - referencia[otra].mean()) / referencia[otra].std()
        else:
            antes, ahora = (d[otra].value_counts(normalize=True) for d in (referencia, mes))
            corrimiento = antes.sub(ahora, fill_value=0).abs().max()
        assert corrimiento < 0.15, f"Pediste drift en {variable!r} y también cambió {otra!r}."
    return mes


def probar_simular_mes():
    copia = referencia.copy()
    probar_mes("monto")
    mes = probar_mes("canal")
    otra_vez = simular_mes(referencia, "canal", np.random.default_rng(1))
    assert mes.equals(otra_vez), (
        "Con la misma semilla salieron dos meses distintos: usá siempre `rng`."
    )
    assert referencia.equals(copia), "Tu función modificó `referencia`: trabajá sobre una copia."


probar_simular_mes()
print("✅ simular_mes: 30 días y nada más cambió (el drift de la variable lo mide la parte d)")

# %% [markdown]
# ### Miralo

# %%
mes_con_drift = simular_mes(referencia, "edad", np.random.default_rng(SEMILLA))
por_dia = mes_con_drift.groupby("fecha")["edad"].median()
mediana = referencia["edad"].median()

figura, eje = plt.subplots(figsize=(7.5, 3.2))
eje.plot(
    range(1, len(por_dia) + 1), por_dia, "o-", color="#E69F00", label="mediana de cada día simulado"
)
eje.axhline(mediana, color="#0072B2", linestyle="--", label="mediana de la referencia")
eje.set_title("El mes simulado no se parece al de entrenamiento")
eje.set(xlabel="día del mes simulado", ylabel="edad (años)", ylim=(20, 70))
eje.legend(loc="lower right")
plt.show()

# %% [markdown]
# ## Parte d · El PSI de todas las variables (30 minutos)
#
# Escribí `psi_por_feature(referencia, produccion)`. Recibe dos DataFrames y devuelve una **Series de
# pandas**:
#
# - una entrada por cada columna de `referencia`: el índice es su nombre y el valor, su PSI;
# - ordenada de **mayor a menor** PSI;
# - las columnas que solo tiene `produccion` (como `fecha`) se ignoran.
#
# La definición es la del ejercicio 2. Para que dos personas den el mismo número:
#
# | | variable numérica | categórica, o numérica con 10 valores distintos o menos en la referencia |
# |---|---|---|
# | bins | los **deciles de la referencia** (sin `nan`), sin bordes repetidos y con los extremos abiertos | uno por nivel, de los que aparezcan en cualquiera de las dos muestras |
# | faltantes | un bin más | un nivel más |
# | proporciones | sobre el total de filas, faltantes incluidos | ídem |
# | piso | toda proporción menor que 0,0001 pasa a 0,0001, sin renormalizar | ídem |
# | fórmula | $\sum_i (q_i - p_i)\ln(q_i/p_i)$; p referencia, q producción, logaritmo natural | ídem |
#
# Al contar valores distintos, los faltantes no cuentan. Qué extremo del bin es cerrado lo elegís vos. Podés
# reusar tu código del ejercicio 2: copialo en esta celda, así el cuaderno anda solo.
#
# **Antes de correr, ¿qué esperás ver?** `cuotas` es un número con seis valores. ¿Qué pasaría con sus deciles?


# %% nbgrader={"grade": false, "grade_id": "psi-por-feature", "locked": false, "schema_version": 3, "solution": true, "task": false}
def psi_por_feature(referencia, produccion):
    """PSI de cada columna de `referencia`.

    referencia, produccion: DataFrames; `produccion` puede tener columnas de más.
    Devuelve una Series: el índice son las columnas de `referencia`; ordenada de mayor a menor.
    """
    ### BEGIN SOLUTION
    valores = {
        columna: psi_de_una_columna(referencia[columna], produccion[columna])
        for columna in referencia
    }
    return pd.Series(valores).sort_values(ascending=False)


def psi_de_una_columna(referencia, produccion, n_bins=10, piso=1e-4):
    if pd.api.types.is_numeric_dtype(referencia) and referencia.nunique() > 10:
        deciles = np.nanquantile(referencia, np.linspace(0, 1, n_bins + 1))
        cortes = np.unique(deciles)[1:-1]  # sin el primero y el último: los extremos, abiertos
        referencia, produccion = (
            np.where(muestra.isna(), -1, np.digitize(muestra, cortes, right=True))
            for muestra in (referencia, produccion)
        )
    # de acá en más un bin es un nivel como los otros, y los faltantes son uno más
    niveles, _ = pd.factorize(np.concatenate([referencia, produccion]), use_na_sentinel=False)
    p, q = (
        np.bincount(parte, minlength=niveles.max() + 1) / len(parte)
        for parte in np.split(niveles, [len(referencia)])
    )
    p, q = p.clip(piso), q.clip(piso)
    return float(np.sum((q - p) * np.log(q / p)))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "psi-por-feature-autotest", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
parejo = np.arange(1_000) + 0.5  # cada decil, 100 valores
antes = pd.DataFrame(
    {
        "parejo": parejo,
        "vaso": np.repeat(["chico", "mediano", "grande", "jarra"], 250),
        "quieto": (np.arange(1_000) * 7 % 1_000) + 0.25,
        "plazo": np.repeat([3, 6], 500),
    }
)
ahora = pd.DataFrame(
    {
        "fecha": pd.Timestamp("2026-07-01"),
        "parejo": np.r_[parejo[:500], parejo[:500:2], parejo[500::2]],  # 150 × 5 y 50 × 5
        "vaso": np.repeat(["chico", "mediano", "grande", "jarra"], [400, 300, 200, 100]),
        "quieto": antes["quieto"],
        "plazo": np.repeat([3, 6], [800, 200]),
    }
)
resultado = psi_por_feature(antes, ahora)
assert isinstance(resultado, pd.Series), f"Devolviste {type(resultado).__name__}, no una Series."
assert sorted(resultado.index) == sorted(antes.columns), (
    f"El índice tiene que ser las columnas de la referencia y es {list(resultado.index)}."
)
assert resultado.is_monotonic_decreasing, "Ordená de mayor a menor: sort_values(ascending=False)."
assert abs(resultado["quieto"]) < 1e-9, "Una columna que no cambió tiene PSI 0."
assert abs(resultado["vaso"] - 0.228217) < 1e-5, (
    f"En los vasos del café el PSI es 0,2282 y el tuyo da {resultado['vaso']:.4f}."
)
esperado = 5 * 0.05 * np.log(0.15 / 0.1) - 5 * 0.05 * np.log(0.05 / 0.1)
assert abs(resultado["parejo"] - esperado) < 1e-6, (
    f"Cinco bins de 0,1 a 0,15 y cinco de 0,1 a 0,05: el PSI es {esperado:.4f} y el tuyo da "
    f"{resultado['parejo']:.4f}. ¿Los bordes son los deciles de la referencia?"
)
esperado = 0.3 * np.log(0.8 / 0.5) - 0.3 * np.log(0.2 / 0.5)
assert abs(resultado["plazo"] - esperado) < 1e-6, (
    f"`plazo` tiene dos valores: va por niveles. El PSI es {esperado:.4f}, no {resultado['plazo']:.4f}."
)
esta_vez = psi_por_feature(antes, ahora.assign(parejo=antes["parejo"] + 5_000))["parejo"]
esperado = 0.9 * np.log(10) + 9 * (1e-4 - 0.1) * np.log(1e-3)
assert abs(esta_vez - esperado) < 1e-6, (
    f"Con todos los valores por encima de la referencia el PSI es {esperado:.3f}, no {esta_vez:.3f}. "
    "Revisá los extremos abiertos y el piso."
)
con_faltantes = ahora.assign(parejo=antes["parejo"].where(antes["vaso"] != "jarra"))
esta_vez = psi_por_feature(antes, con_faltantes)["parejo"]
assert np.isfinite(esta_vez) and esta_vez > 1, (
    f"Desapareció un cuarto de los valores y el PSI da {esta_vez:.2f}: los faltantes son un bin más."
)
print("✅ psi_por_feature: números, niveles, faltantes y extremos nuevos")

# %% [markdown]
# ### Miralo
#
# ¿Detecta el incendio que prendiste, y solo ese?

# %%
if "mes_con_drift" not in globals():
    raise NotImplementedError("Todavía no hay un mes simulado: completá `simular_mes` (parte c).")
psi_simulado = psi_por_feature(referencia, mes_con_drift)

figura, eje = plt.subplots(figsize=(7.5, 3.4))
colores = ["#D55E00" if valor > 0.25 else "#0072B2" for valor in psi_simulado]
eje.barh(psi_simulado.index[::-1], psi_simulado[::-1], color=colores[::-1])
eje.axvline(0.25, color="#D55E00", linestyle="--", linewidth=1.3)
eje.text(0.27, 0, "alerta: 0,25", color="#D55E00", va="center")
eje.set(title="Solo la variable que tocamos pasa el umbral", xlabel="PSI del mes simulado")
eje.grid(axis="y", visible=False)
plt.show()

# %% [markdown]
# Y el otro control: cualquiera sea la variable que pidas, ¿el cambio alcanza para una alerta? Las que
# tienen pocos niveles son las difíciles.

# %%
for variable in ["monto", "cuotas", "canal", "region", "genero"]:
    mes = simular_mes(referencia, variable, np.random.default_rng(SEMILLA))
    valor = psi_por_feature(referencia[[variable]], mes)[variable]
    print(f"{variable:7s} PSI {valor:.2f}", "" if valor > 0.25 else "← no alcanza: cambiala más")

# %% [markdown]
# ## Parte e · La alarma justa (20 minutos)
#
# ### Un ejemplo resuelto: avisar con `logging`
#
# Un `print` se pierde. Con `logging` cada aviso tiene un nivel, y el sistema decide a dónde va: a un
# archivo, a un tablero, al teléfono de quien está de guardia.

# %%
logger = logging.getLogger("monitoreo")

for heladera, grados in {"A": 3.5, "B": 9.0}.items():
    logger.info("Heladera %s a %.1f °C", heladera, grados)  # INFO: por defecto no se muestra
    if grados > 8:
        logger.warning("Heladera %s a %.1f °C, por encima de 8", heladera, grados)

# %% [markdown]
# ### Ahora vos
#
# Escribí `alertas(psi, umbral=0.25)`. Recibe la Series de la parte d y:
#
# 1. devuelve una **lista** con los nombres de las features cuyo PSI es **mayor** que `umbral` (igual no
#    alcanza). El orden de la lista no importa; si no hay ninguna, es una lista vacía;
# 2. por **cada una** emite **un** aviso de nivel `WARNING` con `logging`, desde el logger que quieras, con el
#    nombre de la feature en el mensaje. Si no hay ninguna, no avisa nada.
#
# **Antes de correr, ¿qué esperás ver?** Una alarma que suena por cualquier cosa, ¿protege más o menos?


# %% nbgrader={"grade": false, "grade_id": "alertas", "locked": false, "schema_version": 3, "solution": true, "task": false}
def alertas(psi, umbral=0.25):
    """Features con drift significativo.

    psi: Series de PSI por feature. umbral: número; alerta si el PSI es mayor.
    Devuelve una lista de nombres, y emite un WARNING por cada uno.
    """
    ### BEGIN SOLUTION
    disparadas = psi[psi > umbral]
    for feature, valor in disparadas.items():
        logger.warning("Drift en %s: PSI = %.2f, por encima de %s", feature, valor, umbral)
    return disparadas.index.tolist()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "alertas-autotest", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def probar_alertas(psi, *umbral):
    """Llama a `alertas`: la lista que devuelve y los avisos que emite."""
    avisos, fabrica = [], logging.getLogRecordFactory()

    def anotar(*argumentos, **opciones):
        avisos.append(fabrica(*argumentos, **opciones))
        return avisos[-1]

    logging.setLogRecordFactory(anotar)
    try:
        respuesta = alertas(psi, *umbral)
    finally:
        logging.setLogRecordFactory(fabrica)
    return respuesta, [aviso for aviso in avisos if aviso.levelno == logging.WARNING]


valores = pd.Series({"azul": 0.90, "verde": 0.26, "rojo": 0.25, "gris": 0.12, "negro": 0.0})
respuesta, avisos = probar_alertas(valores)
assert isinstance(respuesta, list), f"`alertas` devolvió {type(respuesta).__name__}, no una lista."
assert "rojo" not in respuesta, "Un PSI de 0,25 exacto no alerta: es mayor, no mayor o igual."
assert sorted(respuesta) == ["azul", "verde"], (
    f"Con PSI {valores.to_dict()} alertan azul y verde, y la tuya devolvió {respuesta}."
)
assert len(avisos) == 2, (
    f"Se esperaba un WARNING por cada una de las dos features y hubo {len(avisos)}. "
    "Usá logging (no print ni warnings.warn)."
)
for feature in ("azul", "verde"):
    nombrada = [aviso for aviso in avisos if feature in aviso.getMessage()]
    assert len(nombrada) == 1, f"El aviso de {feature!r} tiene que decir su nombre, una sola vez."
respuesta, avisos = probar_alertas(valores, 0.1)
assert sorted(respuesta) == ["azul", "gris", "rojo", "verde"], (
    f"Con umbral 0,1 alertan cuatro y la tuya devolvió {respuesta}: ¿usás el argumento `umbral`?"
)
respuesta, avisos = probar_alertas(valores[["gris", "negro"]])
assert respuesta == [] and not avisos, "Si ninguna supera el umbral: lista vacía y ningún aviso."
print("✅ alertas: solo las que superan el umbral, con un WARNING por cada una")

# %% [markdown]
# ### El simulacro, y después la realidad
#
# Primero el mes que fabricaste. Después `snapshot2.csv`, que es el mes 6 de verdad.

# %%
if "psi_simulado" not in globals():
    raise NotImplementedError("Todavía no hay un PSI que mirar: completá `psi_por_feature`.")
print("Mes simulado:")
alertas(psi_simulado)

mes_6 = pd.read_csv(DATOS / "snapshot2.csv")
psi_mes_6 = psi_por_feature(referencia, mes_6[FEATURES])
print("\nMes 6:")
alertas(psi_mes_6)
print()
print(psi_mes_6.round(2).to_string())

# %% [markdown]
# ### Un error frecuente: mirar el PSI todos los días
#
# «Que avise cuanto antes: calculémoslo cada mañana, con las solicitudes de ayer». Probémoslo con diez días
# en los que **no cambió nada**: son filas de `evaluacion`, del mismo mes que la referencia, de a 100.
# Alcanza con mirar dos variables.
#
# **Antes de correr, ¿qué esperás ver?** ¿Cuántas alarmas deberían sonar?

# %%
dos = referencia[["edad", "antiguedad_laboral"]]
sin_cambios = evaluacion.iloc[:1_000]
por_dia = [psi_por_feature(dos, sin_cambios.iloc[i : i + 100]) for i in range(0, 1_000, 100)]
sonaron = sum(int((psi > 0.25).sum()) for psi in por_dia)
maximo = max(float(psi.max()) for psi in por_dia)
todos_juntos = psi_por_feature(dos, sin_cambios)

print(f"Día por día, con 100 filas: {sonaron} alarmas falsas; el PSI más alto fue {maximo:.2f}")
print(f"Los diez días juntos: el PSI más alto es {todos_juntos.max():.2f}")

# %% [markdown]
# Con muestras chicas el PSI es alto por puro azar: sin ningún cambio ronda $(1/n + 1/m)\,(\text{bins} - 1)$,
# que con 100 filas ya es casi 0,1. Dos arreglos: **acumular** hasta tener al menos mil filas, o pedir que el
# umbral se supere **varios días seguidos**. Una alarma que suena sola se termina apagando.
#
# ## Parte f · La model card (50 minutos)
#
# Hasta acá, todo lo que sabe el modelo lo sabés vos. La model card (Mitchell et al., 2019) es para quien no
# estuvo: qué hace, para qué no hay que usarlo, con quiénes anda mejor y con quiénes peor.
#
# 1. Copiá `model_card_template.md` (está en la carpeta principal del curso) en **esta** carpeta, con el
#    nombre **`MODEL_CARD.md`**.
# 2. Completá las **siete secciones**. Cada una dice qué va y por qué; los párrafos de la guía (los que
#    empiezan con `>`) podés dejarlos o borrarlos. No dejes ningún `[completar: …]`.
# 3. Nombrá al menos un **uso fuera de alcance**.
# 4. En Métricas, pegá la **tabla**, con el total y los grupos que te parezcan importantes.
#
# | lo lee la máquina | lo lee una persona |
# |---|---|
# | que estén las siete secciones, con texto tuyo y sin huecos | si se entiende, y si le sirve a quien decide |
# | los renglones *Algoritmo*, *Versión de scikit-learn*, *Filas* y *Fecha*: se comparan con tu `modelo.joblib` y con los datos | si las explicaciones son ciertas |
# | que «Usos fuera de alcance» nombre alguno | si es el que hacía falta nombrar |
# | cada celda de la **tabla**: se recalcula con tu `modelo.joblib` y se compara hasta el último dígito que pusiste | qué grupo anda peor y qué se sigue de eso (parte g) |
#
# Un número que está en una frase y no en la tabla no suma ni resta: se le muestra a quien corrige. En la tabla
# valen `0.811`, `0,811` y `81,1 %`.
#
# | | |
# |---|---|
# | filas | `evaluacion`: las 1.500 de `snapshot1.csv` desde la 3.500 |
# | clase positiva | `mora = 1` |
# | predicción | lo que devuelve `modelo.predict` (umbral de 0,5 si no tocaste nada) |
# | columnas de la tabla | exactitud, precisión, recall, F1, AUC, exactitud balanceada, especificidad, Brier, casos; en español o en inglés |
# | filas de la tabla | `Global`, `columna = nivel`, `columna < n`, `columna a–b`, `columna ≥ n` y `Brecha (columna)`: el mayor valor menos el menor. Columnas y niveles, como en los datos; los otros nombres que valen están en `grupos.toml` |
# | lo que no existe | `nan`: una precisión sin ningún aviso no es 0 |
#
# Esta celda guarda la **evidencia** (una fila por solicitud evaluada, en `evidencia.csv`) y arma la tabla lista
# para pegar. Debajo van los renglones que la máquina compara con tu modelo.


# %% nbgrader={"grade": false, "grade_id": "tabla-por-subgrupo", "locked": true, "schema_version": 3, "solution": false, "task": false}
def armar_evidencia(modelo, datos):
    """Una fila por solicitud: qué pasó, qué dijo el modelo, con qué probabilidad, y sus FEATURES."""
    return datos[FEATURES].assign(
        y_true=datos["mora"],
        y_pred=modelo.predict(datos[FEATURES]),
        y_score=modelo.predict_proba(datos[FEATURES])[:, 1],
    )


def medir(filas):
    """Casos, exactitud, precisión, recall y AUC en unas filas (clase positiva: mora = 1).

    Lo que no existe (precisión sin ningún aviso, recall sin ninguna mora) es nan, y no 0.
    """
    moras, avisos = filas["y_true"] == 1, filas["y_pred"] == 1
    aciertos = (moras & avisos).sum()
    return {
        "Casos": len(filas),
        "Exactitud": (moras == avisos).mean(),
        "Precisión": aciertos / avisos.sum() if avisos.any() else np.nan,
        "Recall": aciertos / moras.sum() if moras.any() else np.nan,
        "AUC": roc_auc_score(moras, filas["y_score"]) if moras.nunique() == 2 else np.nan,
    }


def tabla_por_subgrupo(evidencia, factores=("genero", "region", "canal")):
    """El total, cada nivel de cada factor y su brecha, y tres tramos de edad."""
    grupos = {"Global": medir(evidencia)}
    for factor in factores:
        niveles = {
            f"{factor} = {nivel}": medir(filas) for nivel, filas in evidencia.groupby(factor)
        }
        valores = pd.DataFrame(niveles).T.drop(columns="Casos")
        brecha = (valores.max() - valores.min()).where(valores.count() > 1)
        grupos |= niveles | {f"Brecha ({factor})": brecha.to_dict()}
    edad = evidencia["edad"]
    grupos["edad < 27"] = medir(evidencia[edad < 27])
    grupos["edad 27–44"] = medir(evidencia[edad.between(27, 44)])
    grupos["edad ≥ 45"] = medir(evidencia[edad >= 45])
    return pd.DataFrame(grupos).T


def en_markdown(tabla):
    """La tabla como texto para pegar en MODEL_CARD.md."""
    lineas = [
        "| Grupo | " + " | ".join(tabla.columns) + " |",
        "|---" * (len(tabla.columns) + 1) + "|",
    ]
    for grupo, fila in tabla.iterrows():
        casos = "" if np.isnan(fila["Casos"]) else f"{fila['Casos']:.0f}"
        numeros = [casos, *(f"{valor:.3f}" for valor in fila.drop("Casos"))]
        lineas.append(f"| {grupo} | " + " | ".join(numeros) + " |")
    return "\n".join(lineas)


if "modelo" not in globals():
    raise NotImplementedError("Todavía no entrenaste `modelo` (parte a).")
evidencia = armar_evidencia(modelo, evaluacion)
evidencia.to_csv("evidencia.csv", index_label="solicitud")
tabla = tabla_por_subgrupo(evidencia)
print(en_markdown(tabla))

clasificador = modelo.steps[-1][1] if hasattr(modelo, "steps") else modelo
print(f"\nEn «Detalles del modelo»:\n- **Algoritmo:** `{type(clasificador).__name__}`")
print(f"- **Versión de scikit-learn:** {sklearn.__version__}")
print(f"En «Datos de entrenamiento»:\n- **Filas:** {len(entrenamiento)}")
print(f"En «Datos de evaluación»:\n- **Filas:** {len(evaluacion)}")

# %%
if "tabla" not in globals():
    raise NotImplementedError("Todavía no entrenaste `modelo` (parte a).")
por_grupo = tabla[tabla["Casos"].notna()].drop("Global")
peores = por_grupo["Recall"].nsmallest(8)[::-1]
figura, eje = plt.subplots(figsize=(7.5, 3.6))
eje.plot(peores, peores.index, "o", color="#0072B2")
eje.axvline(tabla.loc["Global", "Recall"], color="#E69F00", linestyle="--", label="global")
eje.set(title="El recall global esconde a quiénes no detecta", xlim=(0, 1))
eje.set_xlabel("recall de los ocho grupos con menos")
eje.legend(loc="upper right")
plt.show()

# %% [markdown]
# **Antes de correr la prueba, ¿qué esperás ver?** Leé tu card en voz alta, como si no supieras programar. ¿Se
# entiende para qué **no** hay que usar el modelo?

# %% nbgrader={"grade": true, "grade_id": "card-autotest", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
assert "modelo" in globals(), "Primero entrená `modelo` (parte a)."
from revisar_card import revisar

problemas = revisar("MODEL_CARD.md", modelo, filas={"training": 3_500, "evaluation": 1_500})
assert not problemas, "A la card le falta:\n" + "\n".join(f"- {problema}" for problema in problemas)
print("✅ MODEL_CARD.md: completa, y cada celda de la tabla sale de evidencia.csv")

# %% [markdown]
# Esta prueba mira lo mismo que la corrección, pero le cree a tu `evidencia.csv`; la corrección recalcula todo
# desde `modelo.joblib`. ¿Querés otra opinión antes de entregar, línea por línea? El README del curso dice con qué
# comando.
#
# ## Parte g · Interpretá (15 minutos)
#
# **1. Las alertas del mes 6.** En no más de diez renglones: ¿qué variables alertaron y qué cuentan, juntas,
# sobre el negocio? ¿Reentrenarías ya? ¿Qué mirarías antes, y en qué orden? (En la evaluación del mes 6 podés
# usar la columna `mora` de `mes_6` si te sirve.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "interpretacion-alertas", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# Alertaron el monto, la edad y el canal; el ingreso quedó en la franja leve y las otras cuatro, estables.
# Juntas cuentan una historia: se lanzó una app, que atrae a gente más joven, y se piden montos más altos.
# No parece un error de carga, porque un error suele tocar una sola columna, de golpe.
#
# No reentrenaría todavía. Primero descartaría un problema de datos (unidades del monto, un formulario
# nuevo). Después mediría el modelo con las solicitudes que ya tienen etiqueta, en el total y en los
# subgrupos que crecieron (menores de 27 y canal app): con `mes_6` el AUC casi no baja (0,82 contra 0,85), porque
# cambió quién pide y no cómo paga. Si ahí empeorara, reentrenaría con datos recientes y lo pasaría por shadow antes de
# reemplazar al actual. Mientras tanto, avisaría que hay más solicitudes de los grupos donde el modelo es más
# flojo.
#
# *Criterio de corrección (2 puntos): 1 punto por leer bien las alertas (cuáles sí, cuáles no) y unirlas en
# una explicación; 1 punto por no confundir drift de entradas con pérdida de calidad y proponer pasos
# concretos y ordenados antes de reentrenar.*

# %% [markdown]
# **2. Lo que dice tu card.** En no más de diez renglones: según tu tabla, ¿con qué subgrupo anda peor el
# modelo, en qué métrica y por cuánto? ¿Cuántos casos tiene ese subgrupo, y cuánto confiás en ese número?
# ¿Qué consecuencia tiene para esas personas y qué le pedirías a la financiera?

# %% [markdown] nbgrader={"grade": true, "grade_id": "interpretacion-card", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# Con NEA. El AUC ahí es 0,661 contra 0,846 en el total: casi 19 puntos menos, y cerca de no distinguir. El
# recall es 0,371 contra 0,503. Le siguen los menores de 27 (AUC 0,689; acierta en 68 de cada 100 y no en 81).
# NEA son 133 casos, con unas 35 moras: el 0,371 son 13 de 35 y podría haber sido 0,23 o 0,54, así que no
# discutiría el segundo decimal. Que el AUC esté tan lejos del total sí es una señal clara. De género X hay 51
# casos y su AUC es el más alto: con tan pocos, no afirmaría nada.
#
# Consecuencia: en esas regiones y edades el puntaje casi no separa a quien va a pagar de quien no. Se
# rechaza a gente que pagaría y se endeuda a quien menos margen tiene, sin que el promedio lo muestre. Le
# pediría a la financiera que ahí no decida el modelo solo (que revise una persona), que junte mejores datos de
# ingreso en NEA y NOA, que es donde más faltan, y que vuelva a medir cada mes por región y por edad.
#
# *Criterio de corrección (2 puntos): 1 punto por nombrar subgrupo, métrica, diferencia y cantidad de casos
# según la propia tabla, con alguna idea de la incertidumbre; 1 punto por una consecuencia concreta para esas
# personas y una recomendación accionable.*

# %% [markdown]
# ## Para llevarte
#
# - Un modelo entregable es un artefacto que recibe datos crudos y predice igual en cualquier lado.
# - Un monitoreo que nunca viste fallar no está probado: inyectá drift y comprobá que suena **solo** donde debe.
# - El PSI dice que cambiaron las entradas; las etiquetas dicen si el modelo empeoró.
# - Alarmas pocas y justas: muestras grandes, umbral claro, un responsable.
# - La card dice la verdad por subgrupo, con números que cualquiera puede recalcular.
#
# ## Bonus (sin puntos)
#
# ¿Cuánto tarda tu alarma en sonar? Usá `simular_mes` y acumulá los días de a uno: ¿a partir de qué día el PSI
# de la variable que tocaste supera 0,25 y el de las demás deja de asustar?
