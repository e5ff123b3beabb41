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
# # Ejercicio 4 · Shadow deploy
#
# **40 minutos · 12 puntos** (10 automáticos y 2 que corrige una persona)
#
# En la financiera decide el modelo **A**. El equipo entrenó un candidato, **B**, que en los datos
# guardados anda mejor. ¿Lo ponés en producción? Antes, un *shadow deploy*: cada solicitud pasa por
# los dos, el usuario recibe **siempre** la respuesta de A, y la de B solo se anota. Nadie corre
# ningún riesgo y vos juntás evidencia.
#
# Al terminar vas a poder:
#
# 1. servir dos modelos a la vez sin que una falla o una demora de B llegue al usuario;
# 2. medir cuánto y **en quiénes** no coinciden, con un intervalo de confianza;
# 3. comparar a los dos con la prueba de McNemar cuando llegan las etiquetas;
# 4. decidir con una regla escrita de antemano, y no según el entusiasmo del equipo.
#
# | parte | qué escribís | puntos |
# |---|---|---|
# | 1 | `servir_en_shadow` | 5 |
# | 2 | `tasa_de_desacuerdo` | 2 |
# | 3 | `desacuerdo_por_grupo` | 1 |
# | 4 | `prueba_de_mcnemar` | 1 |
# | 5 | `decidir` | 1 |
# | 6 | tu interpretación, en palabras | 2 |

# %%
# Imports y configuración inicial
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from pprint import pprint

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.stats import binom, binomtest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier
from statsmodels.stats.proportion import proportion_confint

DATOS = next(
    carpeta / "datasets"
    for carpeta in [Path.cwd(), *Path.cwd().parents]
    if (carpeta / "datasets").is_dir()
)
plt.style.use(DATOS / "estilo.mplstyle")
SEMILLA = 59

# %% [markdown]
# ## Un ejemplo resuelto: preguntar con un reloj en la mano
#
# Un programa le pide el pronóstico a tres estaciones meteorológicas. Una contesta, otra se rompe y
# la tercera se cuelga. Queremos esperar **como mucho** cinco centésimas de segundo a cada una.
#
# La herramienta es un hilo (*thread*): la pregunta corre aparte, y nosotros miramos el reloj.
#
# - `ejecutor.submit(funcion, argumento)` la pone a correr y vuelve enseguida con un *futuro*;
# - `futuro.result(timeout=segundos)` espera la respuesta hasta ese límite. Si no llegó, lanza
#   `TimeoutError`. Si la función lanzó un error, lo lanza ahí;
# - `ejecutor.shutdown(wait=False)` se despide sin esperar al hilo, que termina por su cuenta.
#
# **Antes de correr, ¿qué esperás ver?** ¿Cuánto espera el programa, en total, por las tres?


# %%
def estacion_del_puerto(ciudad):
    return f"sol en {ciudad}"


def estacion_rota(ciudad):
    raise ConnectionError(f"sin señal desde {ciudad}")


def estacion_colgada(ciudad):
    threading.Event().wait(0.5)  # nadie va a avisar: se queda medio segundo
    return f"lluvia en {ciudad}"


def preguntar(estacion, ciudad, limite):
    ejecutor = ThreadPoolExecutor(max_workers=1)
    futuro = ejecutor.submit(estacion, ciudad)
    try:
        return futuro.result(timeout=limite)
    except TimeoutError:
        return f"no contestó en {limite} s"
    except Exception as error:
        return f"falló: {type(error).__name__}: {error}"
    finally:
        ejecutor.shutdown(wait=False)


for estacion in (estacion_del_puerto, estacion_rota, estacion_colgada):
    print(f"{estacion.__name__:20s} → {preguntar(estacion, 'Rosario', limite=0.05)}")

# %% [markdown]
# Espera cinco centésimas, no medio segundo: la estación colgada sigue en su hilo, pero ya no es problema
# nuestro. Y la falla de la segunda no detuvo nada: quedó convertida en un texto que se puede anotar.
#
# ## Los dos modelos
#
# Datos: el primer mes de la cartera de créditos. Los dos se entrenan con las primeras 3.500
# solicitudes, y las 1.000 siguientes van a ser nuestro tráfico.
#
# - **A**, el que está en producción: un árbol de decisión de profundidad 4.
# - **B**, el candidato: una regresión logística sobre los logaritmos.
#
# Para quien lo usa, un modelo es un **servicio**: una función que recibe una solicitud (un `dict`) y
# devuelve `0` (va a pagar) o `1` (va a caer en mora). No hace falta saber qué hay adentro.

# %% nbgrader={"grade": false, "grade_id": "modelos", "locked": true, "schema_version": 3, "solution": false, "task": false}
COLUMNAS = ["edad", "monto", "ingreso", "antiguedad_laboral", "cuotas"]

creditos = pd.read_csv(DATOS / "snapshot1.csv")
entrenamiento = creditos.iloc[:3_500]
produccion = creditos.iloc[3_500:4_500].rename_axis("id_solicitud").reset_index()

arbol = DecisionTreeClassifier(max_depth=4, min_samples_leaf=50, random_state=SEMILLA)
arbol.fit(entrenamiento[COLUMNAS].to_numpy(), entrenamiento["mora"])

completas = entrenamiento.dropna()
logistica = make_pipeline(FunctionTransformer(np.log1p), StandardScaler(), LogisticRegression())
logistica.fit(completas[COLUMNAS].to_numpy(), completas["mora"])


def como_servicio(clasificador):
    """Convierte un clasificador en una función: solicitud (dict) → 0 o 1.

    Las solicitudes completas las responde de memoria: predecirlas todas juntas es mucho más rápido.
    """
    completas = produccion.dropna()
    juntas = clasificador.predict(completas[COLUMNAS].to_numpy())
    memoria = dict(zip(completas["id_solicitud"], juntas.tolist(), strict=True))

    def responder(solicitud):
        if solicitud["id_solicitud"] in memoria:
            return memoria[solicitud["id_solicitud"]]
        fila = np.array([[solicitud[columna] for columna in COLUMNAS]], dtype=float)
        return int(clasificador.predict(fila)[0])

    return responder


modelo_a = como_servicio(arbol)
modelo_b = como_servicio(logistica)
solicitudes = produccion.drop(columns="mora").to_dict("records")

print("Una solicitud:")
pprint(solicitudes[0], sort_dicts=False)
print("A responde", modelo_a(solicitudes[0]), "y B responde", modelo_b(solicitudes[0]))

# %% [markdown]
# ## Parte 1 · Servir en shadow
#
# Escribí `servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05)`, que atiende
# **una** solicitud.
#
# | argumento | tipo | qué es |
# |---|---|---|
# | `solicitud` | `dict` | tiene la clave `"id_solicitud"` y los datos del pedido |
# | `modelo_a`, `modelo_b` | función | reciben la solicitud y devuelven `0` o `1`; cualquiera puede fallar |
# | `registro` | `list` | donde se anota: la función le **agrega un `dict`** al final (`append`) |
# | `limite` | `float` | cuántos **segundos** se espera a B, como mucho |
#
# Devuelve la respuesta de A. Y tiene que cumplir:
#
# 1. **El usuario recibe siempre lo que dijo A**, aunque B diga otra cosa, falle o se cuelgue.
# 2. A cada modelo se le pregunta **una sola vez** por solicitud (cada consulta cuesta).
# 3. Por cada solicitud queda **un** `dict` en `registro`, con estas cinco claves:
#
# | clave | si B contestó | si B lanzó un error | si B no llegó en `limite` segundos |
# |---|---|---|---|
# | `"id_solicitud"` | el de la solicitud | ídem | ídem |
# | `"respuesta_a"` | lo que dijo A | ídem | ídem |
# | `"respuesta_b"` | lo que dijo B | `None` | `None` |
# | `"estado_b"` | `"ok"` | `"error"` | `"timeout"` |
# | `"error_b"` | `None` | texto con el tipo y el mensaje, como `"ValueError: falta el ingreso"` | un texto que lo diga |
#
# 4. La función **vuelve apenas se cumple el límite**: no espera a que B termine. Y cuando B contesta
#    antes, vuelve en ese momento, sin esperar el límite entero.
# 5. Si falla **A**, su error sale tal cual hacia quien llamó. B no es un plan de respaldo: todavía
#    nadie confía en él.
#
# **Antes de correr, ¿qué esperás ver?** Si B falla en una de cada diez solicitudes, ¿cuántos
# usuarios se enteran? ¿Y cuántas filas tiene el registro después de 1.000 solicitudes?


# %% nbgrader={"grade": false, "grade_id": "servir", "locked": false, "schema_version": 3, "solution": true, "task": false}
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    """Atiende una solicitud con A y, en shadow, también con B.

    solicitud: dict con la clave "id_solicitud".
    modelo_a, modelo_b: funciones que reciben la solicitud y devuelven 0 o 1.
    registro: lista a la que se le agrega un dict con las claves "id_solicitud",
        "respuesta_a", "respuesta_b", "estado_b" ("ok", "error" o "timeout") y "error_b".
    limite: segundos que se espera a B, como mucho.
    Devuelve la respuesta de A (0 o 1).
    """
    ### BEGIN SOLUTION
    respuesta = modelo_a(solicitud)
    fila = {
        "id_solicitud": solicitud["id_solicitud"],
        "respuesta_a": respuesta,
        "respuesta_b": None,
        "estado_b": "ok",
        "error_b": None,
    }
    ejecutor = ThreadPoolExecutor(max_workers=1)
    futuro = ejecutor.submit(modelo_b, solicitud)
    try:
        fila["respuesta_b"] = futuro.result(timeout=limite)
    except TimeoutError:
        fila["estado_b"] = "timeout"
        fila["error_b"] = f"B no respondió en {limite} s"
    except Exception as error:
        fila["estado_b"] = "error"
        fila["error_b"] = f"{type(error).__name__}: {error}"
    finally:
        ejecutor.shutdown(wait=False)
    registro.append(fila)
    return respuesta
    ### END SOLUTION


# %% [markdown]
# La prueba de abajo usa modelos de juguete: uno que contradice a A, uno que falla y uno que se cuelga.

# %% nbgrader={"grade": true, "grade_id": "servir-autotest", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
b_termino = threading.Event()


def b_que_contradice(solicitud):
    return 1


def b_que_falla(solicitud):
    raise ValueError("falta el ingreso")


def b_que_se_cuelga(solicitud):
    threading.Event().wait(2)
    b_termino.set()
    return 1


def prueba_servir(modelo_b, limite):
    """Atiende la solicitud 7 con un A que responde 0: respuesta, filas y consultas a A."""
    consultas, filas = [], []

    def a_de_prueba(solicitud):
        consultas.append(solicitud["id_solicitud"])
        return 0

    pedido = {"id_solicitud": 7, "monto": 100}
    try:
        respuesta = servir_en_shadow(pedido, a_de_prueba, modelo_b, filas, limite)
    except (ValueError, TimeoutError) as error:
        raise AssertionError(
            f"Al usuario le llegó este error de B: {error}. Atrapalo y anotalo."
        ) from error
    return respuesta, filas, len(consultas)


respuesta, filas, consultas = prueba_servir(b_que_contradice, limite=5)
assert respuesta == 0, (
    "A dijo 0 y B dijo 1: el usuario tiene que recibir 0. ¿Qué estás devolviendo?"
)
assert consultas == 1, (
    f"Le preguntaste {consultas} veces a A por una sola solicitud. Guardá su respuesta."
)
assert len(filas) == 1, (
    f"El registro quedó con {len(filas)} filas: tiene que ser una por solicitud (registro.append)."
)
for clave in ("id_solicitud", "respuesta_a", "respuesta_b", "estado_b", "error_b"):
    assert clave in filas[0], f"A la fila del registro le falta la clave {clave!r}."
assert filas[0]["id_solicitud"] == 7, "El id_solicitud anotado no es el de la solicitud."
assert (filas[0]["respuesta_a"], filas[0]["respuesta_b"]) == (0, 1), (
    "Anotá lo que respondió cada modelo."
)
assert filas[0]["estado_b"] == "ok" and filas[0]["error_b"] is None, (
    "B contestó: estado_b es 'ok' y error_b es None."
)

respuesta, filas, _ = prueba_servir(b_que_falla, limite=5)
assert respuesta == 0, "Cuando B falla, el usuario igual recibe la respuesta de A."
assert len(filas) == 1, (
    "La falla de B tiene que quedar anotada: agregá la fila también en ese caso."
)
assert filas[0]["estado_b"] == "error" and filas[0]["respuesta_b"] is None, (
    "B falló: estado_b es 'error' y respuesta_b es None."
)
assert "ValueError" in str(filas[0]["error_b"]), (
    "En error_b poné el tipo del error: type(error).__name__."
)
assert "falta el ingreso" in str(filas[0]["error_b"]), (
    "En error_b poné también el mensaje del error: str(error)."
)

respuesta, filas, _ = prueba_servir(b_que_se_cuelga, limite=0.02)
assert not b_termino.is_set(), (
    "Esperaste a que B terminara. ¿Usaste `with ThreadPoolExecutor()` o shutdown() sin wait=False?"
)
assert respuesta == 0, "Cuando B se cuelga, el usuario igual recibe la respuesta de A."
assert len(filas) == 1 and filas[0]["estado_b"] == "timeout", (
    "B no llegó a tiempo: una fila con estado_b 'timeout'."
)
assert filas[0]["respuesta_b"] is None and filas[0]["error_b"], (
    "Sin respuesta de B: respuesta_b es None y error_b, un texto que lo diga."
)
print("✅ El usuario recibe siempre la respuesta de A, y todo lo que hace B queda anotado")

# %% [markdown]
# ## Mil solicitudes por los dos modelos
#
# Acá el límite es de un segundo: sobra tiempo para B, así que lo que veas no depende de lo cargada
# que esté tu máquina.

# %% nbgrader={"grade": false, "grade_id": "mil-solicitudes", "locked": true, "schema_version": 3, "solution": false, "task": false}
registro = []
respuestas = [servir_en_shadow(s, modelo_a, modelo_b, registro, limite=1.0) for s in solicitudes]

print(f"{len(respuestas)} usuarios con respuesta, {len(registro)} filas en el registro")
print("Estado de B:", dict(Counter(fila["estado_b"] for fila in registro).most_common()))
for texto, veces in Counter(fila["error_b"] for fila in registro if fila["error_b"]).items():
    print(f"{veces} veces: {texto.splitlines()[0]}")

# %% [markdown]
# Mil usuarios con respuesta, y ninguno notó nada. Pero B **no supo qué hacer** en 90 solicitudes: las
# que no declaran el ingreso o la antigüedad. Lo entrenaron con las filas completas y nadie probó las
# otras. Ese hallazgo, que habría sido una caída del servicio, costó cero.
#
# ## Un error frecuente: el `with` que espera
#
# `with ThreadPoolExecutor() as ejecutor:` es la forma que aparece en casi todos los tutoriales. ¿Qué
# tiene de malo acá? Mirá si B **ya había terminado** cuando el usuario recibió su respuesta.


# %%
def servir_con_with(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    respuesta = modelo_a(solicitud)
    with ThreadPoolExecutor(max_workers=1) as ejecutor:  # al salir del with espera al hilo
        try:
            ejecutor.submit(modelo_b, solicitud).result(timeout=limite)
        except TimeoutError:
            registro.append({"id_solicitud": solicitud["id_solicitud"], "estado_b": "timeout"})
    return respuesta


def quien_espera(servir, demora):
    """¿Seguía el usuario esperando cuando terminó un B que tarda esos segundos?"""
    atendido, termino = threading.Event(), threading.Event()

    def b_lento(solicitud):
        atendido.wait(demora)  # con el usuario ya atendido no hace falta seguir colgado
        termino.set()
        return 1

    filas = []
    servir({"id_solicitud": 1}, lambda solicitud: 0, b_lento, filas, limite=0.01)
    espero = termino.is_set()
    atendido.set()
    return espero, filas[0]["estado_b"]


for nombre, version, demora in (
    ("con with", servir_con_with, 0.06),
    ("la tuya", servir_en_shadow, 2.0),
):
    espero, anotado = quien_espera(version, demora)
    print(f"{nombre:9s} → anotó {anotado!r}; ¿el usuario esperó a B? {'sí' if espero else 'no'}")

# %% [markdown]
# Las dos anotan `timeout`, pero con `with` el usuario esperó **igual**: al cerrar el bloque, Python
# llama a `shutdown(wait=True)`. El registro dice que el límite funcionó, y los usuarios dicen que no.
#
# En un servicio grande ni siquiera se espera el límite: se responde con A y la solicitud de B va a
# una cola aparte. La regla es la misma: **nada de lo que haga B puede tocar al usuario**.
#
# ## Parte 2 · ¿Cuánto no coinciden?
#
# Escribí `tasa_de_desacuerdo(registro)`. Recibe la lista de la parte 1 y devuelve un `dict` con estas
# claves:
#
# | clave | qué es |
# |---|---|
# | `"n_total"` | cuántas solicitudes hay en el registro |
# | `"n_comparables"` | en cuántas contestó B (`estado_b` es `"ok"`) |
# | `"desacuerdos"` | en cuántas de las comparables A y B dijeron cosas distintas |
# | `"tasa"` | `desacuerdos / n_comparables`, entre 0 y 1 |
# | `"ic_bajo"`, `"ic_alto"` | intervalo de confianza del 95 % **de Wilson** para la tasa |
#
# ¿Por qué dos enes? Una solicitud que B no contestó no es un acuerdo ni un desacuerdo: es un dato que
# falta. Se la deja afuera de la tasa, **y se dice cuántas son**. Si B no contestó ninguna, la tasa y
# los dos extremos son `float("nan")`: no hay nada medido.
#
# El intervalo de Wilson, con $\hat p$ la tasa, $n$ las comparables y $z = 1{,}96$:
#
# $$\frac{\hat p + \frac{z^2}{2n} \pm z\sqrt{\frac{\hat p(1-\hat p)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}$$
#
# Podés escribir la fórmula o usar `proportion_confint(desacuerdos, n, alpha=0.05, method="wilson")`,
# que ya está importada y devuelve `(bajo, alto)`. ¿Por qué no el intervalo común,
# $\hat p \pm z\sqrt{\hat p(1-\hat p)/n}$? Porque con cero desacuerdos en 20 solicitudes da
# $[0, 0]$: una certeza que nadie tiene. El de Wilson da $[0, 0{,}16]$.
#
# **Antes de correr, ¿qué esperás ver?** Dos modelos parecidos, con 1.000 solicitudes: ¿en cuántas de
# cada cien decidirían distinto? Anotá un número.


# %% nbgrader={"grade": false, "grade_id": "tasa", "locked": false, "schema_version": 3, "solution": true, "task": false}
def tasa_de_desacuerdo(registro):
    """Resume cuánto difieren A y B en las solicitudes que B contestó.

    registro: lista de dict con las claves de servir_en_shadow.
    Devuelve un dict con "n_total", "n_comparables", "desacuerdos" (enteros), "tasa" (0 a 1),
    "ic_bajo" e "ic_alto" (Wilson, 95 %). Sin comparables, los tres últimos son nan.
    """
    ### BEGIN SOLUTION
    comparables = [fila for fila in registro if fila["estado_b"] == "ok"]
    desacuerdos = sum(fila["respuesta_a"] != fila["respuesta_b"] for fila in comparables)
    n = len(comparables)
    tasa = bajo = alto = float("nan")
    if n > 0:
        tasa = desacuerdos / n
        bajo, alto = proportion_confint(desacuerdos, n, alpha=0.05, method="wilson")
    return {
        "n_total": len(registro),
        "n_comparables": n,
        "desacuerdos": desacuerdos,
        "tasa": tasa,
        "ic_bajo": float(bajo),
        "ic_alto": float(alto),
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "tasa-autotest", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def fila_de_prueba(id_solicitud, a, b):
    """Una fila de registro; b=None es una solicitud en la que B falló."""
    estado, error = ("ok", None) if b is not None else ("error", "ValueError: de prueba")
    return {
        "id_solicitud": id_solicitud,
        "respuesta_a": a,
        "respuesta_b": b,
        "estado_b": estado,
        "error_b": error,
    }


# 40 comparables con 4 desacuerdos, y 10 que B no contestó
registro_de_prueba = [fila_de_prueba(i, a=0, b=int(i < 4)) for i in range(40)]
registro_de_prueba += [fila_de_prueba(i, a=1, b=None) for i in range(40, 50)]

resumen = tasa_de_desacuerdo(registro_de_prueba)
for clave in ("n_total", "n_comparables", "desacuerdos", "tasa", "ic_bajo", "ic_alto"):
    assert clave in resumen, f"Al resultado le falta la clave {clave!r}."
assert resumen["n_total"] == 50, "n_total cuenta todas las filas del registro."
assert resumen["n_comparables"] == 40, "n_comparables cuenta solo las filas con estado_b 'ok'."
assert resumen["desacuerdos"] == 4, (
    "Hay 4 desacuerdos: una solicitud que B no contestó no es un desacuerdo."
)
assert abs(resumen["tasa"] - 0.1) < 1e-9, "La tasa es desacuerdos / n_comparables."
assert abs(resumen["ic_bajo"] - 0.0396) < 1e-3 and abs(resumen["ic_alto"] - 0.2305) < 1e-3, (
    "El intervalo no es el de Wilson al 95 %: probá proportion_confint(..., method='wilson') "
    "y revisá qué n le pasás."
)
sin_comparables = tasa_de_desacuerdo(registro_de_prueba[40:])
assert np.isnan(sin_comparables["tasa"]), "Si B no contestó nunca, la tasa es float('nan')."
print("✅ La tasa deja afuera lo que B no contestó, dice cuánto es y trae su intervalo")

# %% [markdown]
# Ahora con las mil solicitudes. El gráfico muestra qué sabías después de cada una: la línea es la
# tasa y la banda, su intervalo.

# %%
resumen = tasa_de_desacuerdo(registro)
print(f"B contestó {resumen['n_comparables']} de {resumen['n_total']} solicitudes")
print(
    f"Desacuerdo: {resumen['tasa']:.1%} de las que contestó "
    f"(IC 95 %: {resumen['ic_bajo']:.1%} a {resumen['ic_alto']:.1%})"
)

cortes = range(50, len(registro) + 1, 50)
camino = pd.DataFrame([tasa_de_desacuerdo(registro[:corte]) for corte in cortes], index=cortes)

figura, eje = plt.subplots()
eje.fill_between(
    camino.index,
    100 * camino["ic_bajo"],
    100 * camino["ic_alto"],
    alpha=0.25,
    label="IC 95 % (Wilson)",
)
eje.plot(camino.index, 100 * camino["tasa"], label="tasa de desacuerdo")
eje.set(
    title=(
        f"A y B no coinciden en {100 * resumen['tasa']:.0f} de cada 100 solicitudes; con solo 100,\n"
        f"podían ser entre {100 * camino.loc[100, 'ic_bajo']:.0f} "
        f"y {100 * camino.loc[100, 'ic_alto']:.0f}"
    ),
    xlabel="solicitudes atendidas",
    ylabel="desacuerdo (%)",
    ylim=(0, None),
)
eje.legend()
plt.show()

# %% [markdown]
# ## Parte 3 · ¿En quiénes no coinciden?
#
# Una tasa global puede ser la misma si el desacuerdo se reparte parejo o si cae todo sobre un grupo.
#
# Escribí `desacuerdo_por_grupo(registro, grupos)`:
#
# - `grupos` es una `Series`: el índice es el `id_solicitud` y el valor, el nombre del grupo (un texto).
#   Puede traer **otro orden** que el registro, y solicitudes que no están en él: emparejá por
#   `id_solicitud`, no por posición. Un grupo sin ninguna solicitud en el registro no aparece.
# - Devuelve un `DataFrame` con **una fila por grupo** (el índice es el nombre del grupo) y como columnas
#   las seis claves de `tasa_de_desacuerdo`, calculadas con las filas de ese grupo.
# - Un grupo entero que B no contestó también aparece: con `n_comparables` 0 y tasa `nan`. El orden de
#   las filas no importa.
#
# **Antes de correr, ¿qué esperás ver?** A ninguno de los dos modelos le dijeron la región. ¿Puede el
# desacuerdo depender de la región igual?


# %% nbgrader={"grade": false, "grade_id": "grupos", "locked": false, "schema_version": 3, "solution": true, "task": false}
def desacuerdo_por_grupo(registro, grupos):
    """Aplica tasa_de_desacuerdo a cada grupo de solicitudes.

    registro: lista de dict con las claves de servir_en_shadow.
    grupos: Series; índice = id_solicitud, valor = nombre del grupo.
    Devuelve un DataFrame: una fila por grupo presente en el registro, y las columnas
    "n_total", "n_comparables", "desacuerdos", "tasa", "ic_bajo", "ic_alto".
    """
    ### BEGIN SOLUTION
    filas_de = {}
    for fila in registro:
        filas_de.setdefault(grupos[fila["id_solicitud"]], []).append(fila)
    return pd.DataFrame.from_dict(
        {grupo: tasa_de_desacuerdo(filas) for grupo, filas in filas_de.items()}, orient="index"
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "grupos-autotest", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
registro_de_prueba = [
    fila_de_prueba(30, a=0, b=1),
    fila_de_prueba(10, a=0, b=0),
    fila_de_prueba(20, a=1, b=0),
    fila_de_prueba(40, a=1, b=1),
    fila_de_prueba(50, a=1, b=None),
]
# en otro orden, y con una solicitud (60) que no pasó por el shadow
grupos_de_prueba = pd.Series(
    {10: "norte", 20: "sur", 30: "sur", 40: "norte", 50: "oeste", 60: "este"}
)

tabla = desacuerdo_por_grupo(registro_de_prueba, grupos_de_prueba)
assert isinstance(tabla, pd.DataFrame), "Tiene que devolver un DataFrame."
assert set(tabla.index) == {"norte", "sur", "oeste"}, (
    f"Las filas deberían ser norte, sur y oeste; son {list(tabla.index)}."
)
for columna in ("n_total", "n_comparables", "desacuerdos", "tasa", "ic_bajo", "ic_alto"):
    assert columna in tabla.columns, f"A la tabla le falta la columna {columna!r}."
assert tabla.loc["sur", "tasa"] == 1, (
    "En el sur difieren las dos solicitudes (20 y 30). ¿Emparejaste por id_solicitud?"
)
assert tabla.loc["norte", "tasa"] == 0, (
    "En el norte coinciden las dos solicitudes (10 y 40). ¿Emparejaste por id_solicitud?"
)
assert tabla.loc["oeste", "n_total"] == 1 and tabla.loc["oeste", "n_comparables"] == 0, (
    "El oeste tiene una solicitud, y B no la contestó: n_total 1 y n_comparables 0."
)
print("✅ El desacuerdo por grupo se empareja por solicitud y no pierde ningún grupo")

# %% nbgrader={"grade": false, "grade_id": "grafico-grupos", "locked": true, "schema_version": 3, "solution": false, "task": false}
regiones = produccion.set_index("id_solicitud")["region"]
por_region = desacuerdo_por_grupo(registro, regiones)
sin_contestar = por_region["n_total"] - por_region["n_comparables"]
por_region["sin_respuesta"] = sin_contestar / por_region["n_total"]
# en todo el mes: ¿quiénes no declaran el ingreso?
por_region["sin_ingreso_en_el_mes"] = creditos["ingreso"].isna().groupby(creditos["region"]).mean()
por_region = por_region.sort_values("sin_respuesta")

alturas = np.arange(len(por_region))
bajo, alto = proportion_confint(
    sin_contestar[por_region.index], por_region["n_total"], method="wilson"
)
figura, eje = plt.subplots()
eje.hlines(alturas + 0.12, 100 * por_region["ic_bajo"], 100 * por_region["ic_alto"], color="C0")
eje.hlines(alturas - 0.12, 100 * bajo, 100 * alto, color="C4")
eje.plot(100 * por_region["tasa"], alturas + 0.12, "o", color="C0", label="desacuerdo entre A y B")
eje.plot(100 * por_region["sin_respuesta"], alturas - 0.12, "D", color="C4", label="B no contestó")
eje.set(
    title="El desacuerdo no distingue regiones;\nlas fallas de B se juntan en el NOA y el NEA",
    xlabel="solicitudes (%), con IC 95 % (Wilson)",
    xlim=(0, None),
    ylabel="región",
)
eje.set_yticks(alturas, por_region.index)
eje.legend(loc="upper center", bbox_to_anchor=(0.45, -0.16), ncols=2)
plt.show()
por_region[["n_total", "n_comparables", "tasa", "sin_respuesta", "sin_ingreso_en_el_mes"]].round(3)

# %% [markdown]
# Los intervalos del desacuerdo (círculos) se pisan: con estos datos no alcanza para decir que A y B difieren
# más en una región que en otra. Los de las fallas (rombos) también, porque son pocas: 27 de 207 solicitudes
# en el NOA y el NEA, 63 de 793 en el resto. Pero acá se conoce **la causa**, y la causa se puede mirar en
# las 5.000 solicitudes del mes (última columna): en el NOA y el NEA no declaran el ingreso entre 7 y 9 de
# cada 100 personas, y en el resto, 2 o 3. Nadie le dio la región al modelo, y sin embargo ponerlo en
# producción así habría castigado a dos regiones.
#
# ## Parte 4 · Llegan las etiquetas
#
# El desacuerdo dice que los modelos son distintos, no cuál es mejor. Para eso hace falta saber quién
# pagó. Meses después llega parte de las etiquetas. En cada solicitud con etiqueta que B contestó puede
# pasar una de cuatro cosas:
#
# | | B acierta | B se equivoca |
# |---|---|---|
# | **A acierta** | no informa | `solo_a` |
# | **A se equivoca** | `solo_b` | no informa |
#
# Donde los dos aciertan o los dos fallan no hay nada que comparar. Si fueran igual de buenos, cada caso
# que los separa sería una moneda: la mitad para A, la mitad para B. La prueba **exacta de McNemar** mide
# qué tan raro es lo que viste si la moneda fuera justa. Es una prueba binomial de dos colas:
# `binomtest(solo_b, solo_a + solo_b, 0.5).pvalue` (ya está importada).
#
# Escribí `prueba_de_mcnemar(registro, etiquetas)`. `etiquetas` es una `Series`: el índice es el
# `id_solicitud` y el valor, `0` o `1` (lo que pasó). **Faltan** las que todavía no llegaron, y el orden
# puede ser otro. Devuelve un `dict`:
#
# | clave | qué es |
# |---|---|
# | `"n"` | solicitudes con etiqueta que B contestó |
# | `"solo_a"` | en cuántas de ellas A acertó y B no |
# | `"solo_b"` | en cuántas de ellas B acertó y A no |
# | `"p_valor"` | el de la prueba exacta, de dos colas; `1.0` si no hay ningún caso que los separe |
#
# **Antes de correr, ¿qué esperás ver?** ¿A quién le darían la razón los casos en los que no coinciden?


# %% nbgrader={"grade": false, "grade_id": "mcnemar", "locked": false, "schema_version": 3, "solution": true, "task": false}
def prueba_de_mcnemar(registro, etiquetas):
    """Compara los aciertos de A y de B en las mismas solicitudes (McNemar exacta, dos colas).

    registro: lista de dict con las claves de servir_en_shadow.
    etiquetas: Series; índice = id_solicitud, valor = 0 o 1. Pueden faltar solicitudes.
    Devuelve un dict con "n", "solo_a", "solo_b" (enteros) y "p_valor" (0 a 1).
    """
    ### BEGIN SOLUTION
    pares = [f for f in registro if f["estado_b"] == "ok" and f["id_solicitud"] in etiquetas.index]
    solo_a = solo_b = 0
    for fila in pares:
        real = etiquetas[fila["id_solicitud"]]
        acierta_a, acierta_b = fila["respuesta_a"] == real, fila["respuesta_b"] == real
        solo_a += int(acierta_a and not acierta_b)
        solo_b += int(acierta_b and not acierta_a)
    separados = solo_a + solo_b
    p_valor = float(binomtest(solo_b, separados, 0.5).pvalue) if separados else 1.0
    return {"n": len(pares), "solo_a": solo_a, "solo_b": solo_b, "p_valor": p_valor}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "mcnemar-autotest", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# 12 casos: en los primeros 8 acierta solo B, en los 2 siguientes solo A, en los 2 últimos los dos
registro_de_prueba = [fila_de_prueba(i, a=int(i >= 8), b=int(not 8 <= i < 10)) for i in range(12)]
registro_de_prueba.append(fila_de_prueba(12, a=1, b=None))  # B no contestó
registro_de_prueba.append(fila_de_prueba(13, a=1, b=0))  # todavía sin etiqueta
etiquetas_de_prueba = pd.Series(1, index=range(12, -1, -1))

prueba = prueba_de_mcnemar(registro_de_prueba, etiquetas_de_prueba)
for clave in ("n", "solo_a", "solo_b", "p_valor"):
    assert clave in prueba, f"Al resultado le falta la clave {clave!r}."
assert prueba["n"] == 12, "n cuenta las solicitudes con etiqueta que B contestó: son 12."
assert (prueba["solo_a"], prueba["solo_b"]) == (2, 8), (
    f"Esperaba solo_a 2 y solo_b 8; obtuve {prueba['solo_a']} y {prueba['solo_b']}. "
    "Acertar es coincidir con la etiqueta."
)
assert abs(prueba["p_valor"] - 0.1094) < 1e-3, (
    "El valor p no es el de la prueba exacta de dos colas: probá con binomtest."
)
assert prueba_de_mcnemar(registro_de_prueba[10:12], etiquetas_de_prueba)["p_valor"] == 1, (
    "Si ningún caso los separa, p_valor es 1.0."
)
print("✅ McNemar usa solo los casos que separan a A de B")

# %% [markdown]
# Llegaron las etiquetas de las primeras 800 solicitudes. El gráfico muestra lo que se vería si la moneda
# fuera justa, y dónde cayó lo que pasó de verdad.

# %% nbgrader={"grade": false, "grade_id": "grafico-mcnemar", "locked": true, "schema_version": 3, "solution": false, "task": false}
etiquetas = produccion.set_index("id_solicitud")["mora"].iloc[:800]
prueba = prueba_de_mcnemar(registro, etiquetas)
separados = prueba["solo_a"] + prueba["solo_b"]
print(f"{prueba['n']} solicitudes con etiqueta y respuesta de B; en {separados} acierta uno solo")
print(f"solo A: {prueba['solo_a']} · solo B: {prueba['solo_b']} · p = {prueba['p_valor']:.3f}")
print(
    f"Diferencia de exactitud a favor de B: {(prueba['solo_b'] - prueba['solo_a']) / prueba['n']:+.1%}"
)

posibles = np.arange(separados + 1)
posibles = posibles[binom.pmf(posibles, separados, 0.5) > 1e-5]
lejos = abs(posibles - separados / 2) >= abs(prueba["solo_b"] - separados / 2)
figura, eje = plt.subplots()
eje.vlines(
    posibles, 0, binom.pmf(posibles, separados, 0.5), color=np.where(lejos, "C1", "C0"), linewidth=6
)
eje.axvline(prueba["solo_b"], linestyle="--", color="0.2")
eje.text(
    prueba["solo_b"] + 0.6,
    0.9,
    f"lo observado: {prueba['solo_b']}",
    transform=eje.get_xaxis_transform(),
    color="0.2",
)
eje.set(
    title=(
        "Si fueran igual de buenos, algo tan raro como esto (barras claras)\n"
        f"pasaría {100 * prueba['p_valor']:.1f} veces de cada 100"
    ).replace(".", ","),
    xlabel=f"casos en los que acierta solo B, de {separados}",
    ylabel="probabilidad con una moneda justa",
    ylim=(0, None),
)
plt.show()

# %% [markdown]
# ## Parte 5 · La decisión
#
# La regla se escribe **antes** de mirar los resultados; si no, siempre aparece un motivo para promover.
# Escribí `decidir(resumen, prueba, max_sin_respuesta=0.01, alfa=0.05)`, que recibe los `dict` de las
# partes 2 y 4 y devuelve un texto. Las condiciones se miran **en este orden**, y gana la primera que se
# cumple:
#
# | si… | devuelve |
# |---|---|
# | la parte de solicitudes que B no contestó (sobre `n_total`) es **mayor** que `max_sin_respuesta` | `"arreglar"` |
# | `p_valor` es **menor** que `alfa` y `solo_b` es mayor que `solo_a` | `"promover"` |
# | `p_valor` es **menor** que `alfa` y `solo_a` es mayor que `solo_b` | `"descartar"` |
# | ninguna de las anteriores | `"seguir"` (en shadow, juntando casos) |
#
# **Antes de correr, ¿qué esperás ver?** B gana en McNemar. ¿Alcanza?


# %% nbgrader={"grade": false, "grade_id": "decidir", "locked": false, "schema_version": 3, "solution": true, "task": false}
def decidir(resumen, prueba, max_sin_respuesta=0.01, alfa=0.05):
    """Decide qué hacer con B según la regla escrita de antemano.

    resumen: dict de tasa_de_desacuerdo. prueba: dict de prueba_de_mcnemar.
    Devuelve "arreglar", "promover", "descartar" o "seguir".
    """
    ### BEGIN SOLUTION
    sin_respuesta = (resumen["n_total"] - resumen["n_comparables"]) / resumen["n_total"]
    if sin_respuesta > max_sin_respuesta:
        return "arreglar"
    if prueba["p_valor"] < alfa and prueba["solo_b"] > prueba["solo_a"]:
        return "promover"
    if prueba["p_valor"] < alfa and prueba["solo_a"] > prueba["solo_b"]:
        return "descartar"
    return "seguir"
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "decidir-autotest", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
sano = {
    "n_total": 1000,
    "n_comparables": 998,
    "desacuerdos": 100,
    "tasa": 0.1,
    "ic_bajo": 0.08,
    "ic_alto": 0.12,
}
enfermo = {**sano, "n_comparables": 900}
gana_b = {"n": 700, "solo_a": 30, "solo_b": 60, "p_valor": 0.002}
gana_a = {"n": 700, "solo_a": 60, "solo_b": 30, "p_valor": 0.002}
empate = {"n": 700, "solo_a": 44, "solo_b": 46, "p_valor": 0.92}

assert decidir(sano, gana_b) == "promover", "B contesta y gana con p < 0.05: 'promover'."
assert decidir(sano, gana_a) == "descartar", (
    "Con p < 0.05 pero a favor de A, la respuesta es 'descartar'. Mirá quién gana."
)
assert decidir(sano, empate) == "seguir", "Sin diferencia clara se sigue en shadow: 'seguir'."
assert decidir(enfermo, gana_b) == "arreglar", (
    "B no contestó el 10 %: primero se arregla, aunque gane. Revisá el orden."
)
assert decidir(enfermo, gana_b, max_sin_respuesta=0.2) == "promover", (
    "Usá el argumento max_sin_respuesta, no un 0.01 fijo."
)
print("✅ La decisión sale de la regla, y la regla mira primero que B conteste")

# %%
resumen = tasa_de_desacuerdo(registro)
prueba = prueba_de_mcnemar(registro, etiquetas)
print(
    f"Sin respuesta de B: {1 - resumen['n_comparables'] / resumen['n_total']:.1%}",
    f"· p = {prueba['p_valor']:.3f}",
)
print("Decisión:", decidir(resumen, prueba))

# %% [markdown]
# ## Parte 6 · Interpretá
#
# Escribile a la gerenta de riesgo, que no sabe programar, entre 5 y 8 renglones (2 puntos):
#
# 1. qué aprendiste de B en el shadow, con **tres números** de este cuaderno y lo que significan;
# 2. por qué la decisión no es promover aunque B gane en McNemar, y a quiénes habría perjudicado;
# 3. qué harías antes del próximo shadow, y con qué número decidirías.

# %% [markdown] nbgrader={"grade": true, "grade_id": "interpretacion-shadow", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Respuesta modelo.** Probamos al candidato con 1.000 solicitudes reales y ningún cliente lo notó: todos
# recibieron la respuesta del modelo de siempre. Donde los dos contestaron deciden distinto en unas 14 de
# cada 100 solicitudes (entre 12 y 17), y entre las que ya sabemos cómo terminaron el candidato acierta más:
# si fueran igual de buenos, una ventaja así aparecería por azar una o dos veces de cada 100.
#
# No lo promovemos. El candidato no contestó 90 de las 1.000: las que no declaran ingreso o antigüedad. En
# esas no sabemos si es mejor ni peor, y son más frecuentes en el NOA y el NEA (13 de cada 100, contra 8 en
# el resto); hoy esos clientes se habrían quedado sin respuesta. La comparación tampoco los incluye: el
# candidato gana entre quienes completan todo.
#
# Antes del próximo shadow le agregamos al candidato qué hacer con los datos que faltan, y una prueba que lo
# verifique. Decidimos con la misma regla: menos del 1 % sin respuesta y p menor que 0,05 a favor de B, con la
# tasa sin respuesta mirada también por región.
#
# **Rúbrica (2 puntos).** 1: usa al menos tres números del cuaderno, bien leídos (el desacuerdo no es error de
# B; el valor p no es «la probabilidad de que B sea mejor»), y en palabras que entiende alguien que no programa.
# 0,5: explica que las fallas no son al azar (datos que faltan, NOA y NEA) y que la comparación deja afuera a
# esas solicitudes. 0,5: propone un arreglo concreto y un criterio con número para el próximo paso.

# %% [markdown]
# ## Para llevarte
#
# - En un shadow deploy el usuario recibe **siempre** a A: ni las respuestas, ni las fallas, ni las demoras de
#   B pueden tocarlo.
# - Una falla que no se anota no existió. `except: pass` convierte a un modelo roto en un modelo perfecto.
# - Lo que B no contestó no es acuerdo ni desacuerdo: se deja afuera **y se dice cuánto es y a quiénes les toca**.
# - El desacuerdo no dice quién tiene razón. Con etiquetas, McNemar mira solo los casos que los separan, y por
#   eso necesita muchos menos que un A/B: para distinguir 90 % de 91 % de exactitud (*accuracy*) alcanzan 2.352 pares con un
#   3 % de casos discordantes, contra 13.487 solicitudes **por brazo**.
# - El shadow no muestra cómo **reacciona** la gente a B, porque nadie ve sus respuestas. Para eso están el
#   canary y el A/B, que vienen después.
#
# ## Bonus (sin puntos)
#
# 1. Agregale a B un `SimpleImputer` al principio del pipeline, volvé a pasar las mil solicitudes y aplicá
#    `decidir`. ¿Cambia la decisión? ¿Cambia el valor p?
# 2. Anotá también cuánto tardó B (`"segundos_b"`, con `time.perf_counter()`) y graficá el percentil 99. ¿Qué
#    límite pondrías?
# 3. Si B se cuelga **siempre**, cada solicitud deja un hilo vivo. ¿Qué harías para que diez minutos así no
#    tiren abajo al servidor? (Buscá *circuit breaker*).
