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
# # Clase 059 · Launch, monitoreo y mantenimiento de modelos
#
# **60 minutos** · Géron, capítulo 2, *Launch, Monitor, and Maintain Your System*
#
# Hasta acá entrenaste modelos y mediste cómo les iba. Hoy el modelo **sale a trabajar**: alguien le
# manda pedidos, sus respuestas mueven plata y el mundo cambia sin avisar. Casi todo lo que sale mal
# con un modelo pasa después de entrenarlo.
#
# Al terminar vas a poder:
#
# 1. poner un modelo detrás de una API, con su versión y su sidecar;
# 2. distinguir cuándo cambiaron los datos y cuándo cambió lo que el modelo tenía que aprender;
# 3. medir ese cambio y saber qué no ve cada medida;
# 4. decidir cuándo reentrenar, y cuándo **no**;
# 5. publicar una versión nueva sin jugarte todo el tráfico;
# 6. escribir alertas que alguien atienda, documentar el modelo y volver atrás en un segundo.
#
# ## Mapa de la clase (2 min)
#
# | | tema | minutos | se practica en |
# |---|---|---|---|
# | 1 | Del notebook a producción | 12 | ejercicio 1 |
# | 2 | *Data drift* y *model drift* | 7 | homework |
# | 3 | Medir el drift: PSI, KS y distancias | 8 | ejercicios 2 y 3 |
# | 4 | Reentrenar: por calendario, por drift, por KPI | 7 | acá mismo: cambiá los costos |
# | 5 | Publicar: shadow, canary y A/B | 9 | ejercicio 4 |
# | 6 | Alertas y observabilidad | 5 | homework |
# | 7 | Model card y datasheet | 4 | ejercicio 5 |
# | 8 | Gobierno y rollback | 4 | ejercicio 1 |
# | | Mapa y cierre | 4 | |
#
# El caso es uno solo: una financiera que otorga créditos y quiere predecir la **mora**. Hay
# una cartera histórica (`snapshot1.csv`) para entrenar y seis meses de producción (`meses.csv`). Los
# datos son sintéticos, así que sabemos qué pasó de verdad y podemos comprobar quién se dio cuenta.

# %%
# Imports y configuración inicial
import json
import pickle
import subprocess
import sys
import tempfile
import warnings
from datetime import UTC, datetime
from hashlib import sha256 as sha
from pathlib import Path
from unittest import mock

import joblib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import yaml
from IPython.display import Markdown
from matplotlib.dates import MonthLocator, num2date
from prometheus_client.parser import text_string_to_metric_families
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import InconsistentVersionWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_confint, proportion_effectsize

RAIZ = next(c for c in [Path.cwd(), *Path.cwd().parents] if (c / "datasets").is_dir())
DATOS = RAIZ / "datasets"
AQUI = next(  # la carpeta de la clase: donde están servicio.py y los demás archivos
    c
    for c in [Path.cwd(), RAIZ / "notebooks/clase-059", RAIZ / "solutions/clase-059"]
    if (c / "servicio.py").exists()
)
sys.path.insert(0, str(AQUI))
sys.dont_write_bytecode = True

from arranque import servicio_en_marcha
from registro import ArtefactoCorrupto, EntornoDistinto, Registro, entorno, sha256, verificar
from transformadores import RelacionCuotaIngreso

plt.style.use(DATOS / "estilo.mplstyle")
AZUL, NARANJA, VERDE, ROSA, ROJO, CELESTE, NEGRO = (f"C{i}" for i in range(7))
pd.set_option("display.width", 140)
taller = tempfile.TemporaryDirectory(prefix="clase-059-")  # lo que generemos va acá y se borra
TALLER = Path(taller.name)


def miles(n):
    """12345 → «12 345»."""
    return f"{n:_}".replace("_", " ") if n >= 10_000 else str(n)


def eje_de_meses(ax):
    """Pone en el eje x los meses, en castellano."""
    nombres = "ene feb mar abr may jun jul ago sep oct nov dic".split()
    ax.xaxis.set_major_locator(MonthLocator())
    ax.xaxis.set_major_formatter(lambda x, _: nombres[num2date(x).month - 1])


# %%
historia = pd.read_csv(DATOS / "snapshot1.csv")
produccion = pd.read_csv(DATOS / "meses.csv", parse_dates=["fecha_solicitud", "fecha_etiqueta"])

NUMERICAS = ["edad", "monto", "ingreso", "antiguedad_laboral", "cuotas"]
CATEGORICAS = ["canal", "region"]
ENTRADAS = NUMERICAS + CATEGORICAS

print(f"historia: {len(historia)} solicitudes · producción: {miles(len(produccion))} en seis meses")
historia[[*ENTRADAS, "genero", "mora"]].head(3)

# %% [markdown]
# `genero` está en los datos, pero **no** entre las entradas del modelo: lo guardamos para auditarlo.
#
# ---
# ## 1. Del notebook a producción (12 min)
#
# **La idea.** Un modelo en producción son cuatro cosas: un **artefacto** (el archivo), un **sidecar**
# (los metadatos que viajan al lado), un **servicio** que responde pedidos y un **contenedor** que
# lleva el mismo entorno a cualquier máquina. Si falta una, tarde o temprano alguien pregunta «¿con
# qué modelo se rechazó este crédito?» y nadie puede contestar.
#
# ### 1.1 Entrenar


# %%
def crear_modelo():
    """Devuelve un pipeline sin entrenar: de la solicitud cruda a la probabilidad de mora."""
    numericas = make_pipeline(
        SimpleImputer(strategy="median"),
        FunctionTransformer(np.log1p, feature_names_out="one-to-one"),
        StandardScaler(),
    )
    columnas = make_column_transformer(
        (numericas, [*NUMERICAS, "cuota_sobre_ingreso"]),
        (OneHotEncoder(handle_unknown="ignore"), CATEGORICAS),
    )
    return make_pipeline(RelacionCuotaIngreso(), columnas, LogisticRegression(max_iter=500))


entrenamiento = historia.sample(frac=0.7, random_state=59)
evaluacion = historia.drop(entrenamiento.index)
v1 = crear_modelo().fit(entrenamiento[ENTRADAS], entrenamiento["mora"])

exactitud = v1.score(evaluacion[ENTRADAS], evaluacion["mora"])
print(f"exactitud en evaluación: {exactitud:.3f}")
print(f"decir siempre «paga»:    {1 - evaluacion['mora'].mean():.3f}")

# %% [markdown]
# Todo el preprocesamiento está **adentro** del pipeline. Si imputaras afuera, el servicio tendría que
# repetir esos pasos a mano, y el día que alguien cambie uno solo de los dos lados el modelo va a
# recibir otra cosa que la que aprendió (*training–serving skew*).
#
# ### 1.2 Serializar, con sidecar
#
# **Antes de correr, ¿qué esperás ver?** ¿Qué habría que anotar hoy para que dentro de un año otra
# persona pueda cargar este archivo y confiar en él?

# %%
archivo = TALLER / "modelo.joblib"
joblib.dump(v1, archivo)

sidecar = {
    "sha256": sha256(archivo),  # ¿es este archivo, byte por byte?
    "entorno": entorno(),  # versiones de Python y de scikit-learn
    "datos": {"archivo": "snapshot1.csv", "sha256": sha256(DATOS / "snapshot1.csv")},
    "metricas": {"exactitud": round(exactitud, 3), "n": len(evaluacion)},
    "fecha": datetime.now(UTC).isoformat(timespec="seconds"),
}
(TALLER / "modelo.json").write_text(json.dumps(sidecar, indent=2), encoding="utf-8")

print("el sidecar guarda:", ", ".join(sidecar))
print("del entorno:      ", ", ".join(sidecar["entorno"]))
print("métricas:         ", sidecar["metricas"])

# %% [markdown]
# ### Error común 1: cambió la versión de scikit-learn
#
# Guardaste con una versión y cargás con otra. Para verlo de verdad, hacemos que el archivo crea que
# lo escribió scikit-learn 1.2.2.
#
# **Antes de correr, ¿qué esperás ver?** ¿Un error, un aviso, o nada?

# %%
viejo = TALLER / "viejo.joblib"
with mock.patch("sklearn.base.__version__", "1.2.2"):
    joblib.dump(v1, viejo)

with warnings.catch_warnings(record=True) as avisos:
    warnings.simplefilter("always")
    joblib.load(viejo)
print(f"cargó igual, con {len(avisos)} avisos; el primero es {avisos[0].category.__name__}")

# %% [markdown]
# Cargó. Y va a predecir: quizá lo mismo, quizá otra cosa. Un aviso en la consola de un servidor no lo
# lee nadie, así que lo convertimos en error:

# %%
with warnings.catch_warnings():
    warnings.simplefilter("error", InconsistentVersionWarning)
    try:
        joblib.load(viejo)
    except InconsistentVersionWarning as aviso:
        print(f"{aviso.estimator_name} se guardó con scikit-learn {aviso.original_sklearn_version}")

# %% [markdown]
# **El arreglo**: no esperar a que cargue. El sidecar permite rechazarlo *antes* de abrirlo:

# %%
sidecar_viejo = {**sidecar, "sha256": sha256(viejo)}
sidecar_viejo["entorno"] = {**entorno(), "scikit-learn": "1.2.2"}
try:
    verificar(viejo, sidecar_viejo)
except EntornoDistinto as error:
    print("rechazado:", str(error).split(" y acá")[0])

# %% [markdown]
# ¿Por qué *antes*? Porque **cargar un pickle ejecuta código**. Cualquier código:


# %%
class Sorpresa:
    def __reduce__(self):
        return print, ("¡esto lo ejecutó pickle.loads, y podría haber borrado tus archivos!",)


_ = pickle.loads(pickle.dumps(Sorpresa()))

# %% [markdown]
# ### Otro clásico: `__main__` no tiene esa clase
#
# Pickle no guarda el código de una clase: guarda su **dirección**. Si la definiste en una celda, la
# dirección es `__main__`, y el `__main__` del servicio es otro programa. Lo probamos con dos procesos:

# %%
guarda = f"""
import joblib
from sklearn.base import BaseEstimator
class Recortador(BaseEstimator):
    pass
joblib.dump(Recortador(), r"{TALLER / "recortador.joblib"}")
"""
carga = f'import joblib; joblib.load(r"{TALLER / "recortador.joblib"}")'


def correr(codigo, carpeta):
    """Corre `codigo` en otro Python parado en `carpeta` y devuelve la última línea que escribió."""
    proceso = subprocess.run(
        [sys.executable, "-B", "-c", codigo], cwd=carpeta, capture_output=True, text=True
    )
    return (proceso.stdout + proceso.stderr).strip().split("\n")[-1]


correr(guarda, TALLER)
print(correr(carga, TALLER).split(" (built-in)")[0])

# %% [markdown]
# **El arreglo**: la clase vive en un módulo (`transformadores.py`) que viaja con el servicio. Nuestro
# modelo usa `RelacionCuotaIngreso`, definida ahí, y carga en cualquier proceso que tenga el módulo:

# %%
carga_y_predice = f"""
import joblib, pandas as pd
modelo = joblib.load(r"{archivo}")
tabla = pd.read_csv(r"{DATOS / "snapshot1.csv"}").head(200)
print(modelo.predict_proba(tabla)[:, 1].tobytes().hex())
"""
aca = v1.predict_proba(historia[ENTRADAS].head(200))[:, 1].tobytes().hex()
print("¿mismas 200 probabilidades, bit a bit?", correr(carga_y_predice, AQUI) == aca)

# %% [markdown]
# ### Pregunta frecuente: ¿pickle, joblib u ONNX?
#
# | formato | guarda | ventaja | cuidado |
# |---|---|---|---|
# | `pickle` | cualquier objeto de Python | viene con Python | ejecuta código al cargar; atado a las versiones |
# | `joblib` | lo mismo, más rápido con arrays grandes | lo usual en scikit-learn | los mismos riesgos que pickle |
# | ONNX | el **cálculo**, no el objeto | corre en C++, Java, el navegador; no ejecuta Python | hay que convertir y comprobar; tus transformadores propios necesitan su conversor |
#
# Regla corta: si entrenás y servís con Python, `joblib` con sidecar; si el que sirve no es Python o no
# confía en quien entrenó, ONNX (o `skops` para quedarte en Python sin pickle).
#
# ### 1.3 Servir por HTTP
#
# `registro.py` hace lo de recién, siempre igual, y numera las versiones (lo abrimos en el tema 8).
# `servicio.py` es una API de verdad, con FastAPI: **abrila en otra pestaña**, son unas doscientas líneas.
# La levantamos en otro proceso, en esta misma máquina, y le hablamos por HTTP.

# %%
registro = Registro(TALLER / "registro")
metadatos = {clave: sidecar[clave] for clave in ("datos", "metricas")}
version = registro.publicar(v1, metadatos, quien="ana")
registro.promover(version, quien="ana", motivo="primera versión")
print("publicadas:", registro.versiones(), "· atiende:", registro.actual())

# %% [markdown]
# **Antes de correr, ¿qué esperás ver?** Mandamos cinco pedidos: uno bueno, uno sin ingreso, uno con
# una edad de 12 años, uno por un canal que no existe y uno con un campo de más. ¿Qué responde a cada uno?

# %%
bueno = dict(edad=34, monto=900_000, ingreso=1_100_000, antiguedad_laboral=5, cuotas=12)
bueno |= dict(canal="web", region="Centro")
pedidos = {
    "bueno": bueno,
    "sin ingreso": {**bueno, "ingreso": None},
    "12 años": {**bueno, "edad": 12},
    "por fax": {**bueno, "canal": "fax"},
    "campo de más": {**bueno, "signo": "aries"},
}
lote = json.loads(produccion[ENTRADAS].head(100).to_json(orient="records"))

with servicio_en_marcha(registro.carpeta, TALLER / "servicio.log") as cliente:
    respuestas = {nombre: cliente.post("/predict", json=p) for nombre, p in pedidos.items()}
    servidas = [cliente.post("/predict", json=p).json()["probabilidad"] for p in lote]
    salud = cliente.get("/health").json()
    metricas = cliente.get("/metrics").text

print("salud:", salud["estado"], "· versión:", salud["version"])

# %% [markdown]
# Al salir del `with`, el servicio se apaga aunque algo falle en el medio. Miremos qué contestó:

# %%
for nombre, r in respuestas.items():
    cuerpo = r.json()
    if r.status_code == 200:
        detalle = f"probabilidad de mora {cuerpo['probabilidad']:.2f}"
    else:
        detalle = "; ".join(f"{e['campo']}: {e['mensaje']}" for e in cuerpo["errores"])
    print(f"{nombre:13s} {r.status_code}  {r.headers['X-Modelo-Version']}  {detalle}")

# %% [markdown]
# - Un faltante **previsto** (`ingreso`) se atiende: el pipeline sabe imputarlo.
# - Lo que no tiene sentido se rechaza con **422** y dice qué campo y por qué. Sin validación, el
#   modelo contestaría igual: una regresión logística no sabe que nadie pide un crédito a los 12.
# - **Toda** respuesta lleva la versión, también los errores.
#
# ¿El servicio predice lo mismo que el notebook? ¿Y qué quedó escrito en su log?

# %%
locales = v1.predict_proba(produccion[ENTRADAS].head(100))[:, 1]
print("¿HTTP = notebook?", np.allclose(servidas, locales, rtol=0, atol=1e-12))

lineas = [json.loads(x) for x in (TALLER / "servicio.log").read_text("utf-8").splitlines()]
linea = next(x for x in lineas if x["ruta"] == "/predict")
print("cada línea guarda:", ", ".join(linea))
print("entrada:", linea["entrada"])

# %% [markdown]
# Cada pedido deja una línea JSON: con qué entró, qué salió, qué versión respondió, cuánto tardó. Sin
# eso no hay drift que medir ni reclamo que contestar. (También son datos personales: se guarda lo
# necesario, por un plazo, y no lo lee cualquiera.)
#
# `/metrics` es lo mismo pero contado, en el formato que lee Prometheus:

# %%
familias = {f.name: f for f in text_string_to_metric_families(metricas)}
for muestra in familias["pedidos"].samples:
    if muestra.labels["ruta"] == "/predict":
        print("pedidos a /predict con estado", muestra.labels["estado"], "→", int(muestra.value))

# %% jupyter={"source_hidden": true}
acumulado = [m.value for m in familias["puntaje"].samples if m.name == "puntaje_bucket"][:10]
fig, ax = plt.subplots(figsize=(8, 3.4))
ax.bar(np.arange(10) / 10 + 0.05, np.diff([0, *acumulado]), width=0.09, color=AZUL)
ax.axvline(0.5, color=NEGRO, ls="--", lw=1.2)
ax.text(0.51, ax.get_ylim()[1] * 0.9, "umbral 0.5: de acá para la derecha, «mora»", fontsize=9.5)
ax.set(
    title="Lo que Prometheus sabe del modelo sin ver ninguna etiqueta",
    xlabel="probabilidad de mora que respondió el servicio",
    ylabel="pedidos",
)
plt.show()

# %% [markdown]
# ### 1.4 El contenedor

# %%
print((AQUI / "Dockerfile").read_text(encoding="utf-8"))

# %% [markdown]
# La imagen fija las versiones (las mismas del sidecar) y corre sin privilegios. El modelo **no** va
# adentro: se monta el registro, y así volver atrás es cambiar un puntero. Para ser francos: esta
# imagen no se construye en la integración continua del curso; lo que sí se prueba ahí es el servicio.
#
# > **Para llevarte.** Artefacto + sidecar + servicio + contenedor. Verificá huella y versión *antes*
# > de cargar, validá cada pedido, respondé siempre con la versión y dejá una línea por pedido.
#
# ---
# ## 2. Data drift y model drift (7 min)
#
# **La idea.** Hay dos cosas que pueden cambiar, y son independientes:
#
# - **Data drift** (o *covariate shift*): cambia **P(X)**, quiénes piden. Llegan más jóvenes, por la app.
# - **Model drift** (o *concept drift*): cambia **P(y | X)**, cómo se comporta la misma persona. Igual
#   edad, igual ingreso, y ahora no paga.
#
# En la notación del medio: el PSI compara los porcentajes por tramo (*bin*) de la referencia, $p_i$, con los
# de producción, $q_i$: $\text{PSI} = \sum_i (q_i - p_i)\,\ln(q_i / p_i)$. Menos de 0,1 es estable; de
# 0,1 a 0,25, leve; más de 0,25, significativo. Lo calculamos en dos pasos: repartir en tramos y comparar.


# %%
def psi_de_proporciones(p, q, piso=1e-4):
    """PSI entre dos repartos en los mismos tramos; `piso` evita dividir por cero."""
    p, q = np.maximum(p, piso), np.maximum(q, piso)
    return float(np.sum((q - p) * np.log(q / p)))


CONTINUAS = ["edad", "monto", "ingreso", "antiguedad_laboral"]
CORTES = {c: entrenamiento[c].quantile(np.arange(1, 10) / 10) for c in CONTINUAS}


def reparto(tabla, columna):
    """Proporción de filas en cada decil de la referencia (o en cada nivel, si es el canal).

    Los faltantes no entran acá: en esta clase los vigila una alerta aparte (tema 6).
    """
    if columna == "canal":
        return tabla["canal"].value_counts(normalize=True).sort_index().to_numpy()
    decil = np.digitize(tabla[columna].dropna(), CORTES[columna])
    return np.bincount(decil, minlength=10) / len(decil)


def drift(tabla):
    """PSI de cada variable vigilada contra el entrenamiento."""
    vigiladas = [*CONTINUAS, "canal"]
    return {c: psi_de_proporciones(reparto(entrenamiento, c), reparto(tabla, c)) for c in vigiladas}


# %% [markdown]
# **Antes de correr, ¿qué esperás ver?** En seis meses de producción pasaron dos cosas. ¿El PSI más
# alto y la peor exactitud van a caer en el mismo mes?

# %%
produccion["acierto"] = v1.predict(produccion[ENTRADAS]) == produccion["mora"]
por_mes = produccion.groupby("mes")
mensual = pd.DataFrame({mes: drift(tabla) for mes, tabla in por_mes}).T
mensual["psi_max"] = mensual.max(axis=1)
mensual["exactitud"] = por_mes["acierto"].mean()
mensual.rename_axis("mes").round(3)

# %% jupyter={"source_hidden": true}
fig, (arriba, abajo) = plt.subplots(2, 1, figsize=(8, 5.6), sharex=True)
for columna in ["edad", "monto", "canal", "ingreso", "antiguedad_laboral"]:
    arriba.plot(mensual.index, mensual[columna], marker="o", label=columna)
arriba.axhline(0.25, color=NEGRO, ls="--", lw=1.2)
arriba.text(6.2, 0.27, "alerta: PSI > 0.25", fontsize=9.5, ha="right")
arriba.set(title="Marzo: cambian los datos y el modelo acierta igual", ylabel="PSI")
arriba.legend(loc="upper left")
abajo.plot(mensual.index, mensual["exactitud"], marker="o", color=NEGRO)
base = 1 - produccion["mora"].mean()
abajo.axhline(base, color=ROJO, ls="--", lw=1.2)
abajo.text(1, base - 0.025, f"decir siempre «paga»: {base:.3f}", fontsize=9.5, color=ROJO)
abajo.set(
    title="Abril: los datos vuelven a la normalidad y el modelo deja de servir",
    xlabel="mes de la solicitud",
    ylabel="exactitud",
    ylim=(0.55, 0.88),
    xticks=range(1, 7),
)
plt.show()

# %% [markdown]
# - **Marzo**, una campaña en la app trae gente joven que pide montos chicos: el PSI se dispara y el
#   modelo acierta lo mismo. Es *data drift* sin daño.
# - **Desde abril** el PSI está en cero, pero quienes antes pagaban ahora no: la exactitud cae por
#   debajo de decir siempre «paga». Es *model drift*, y **ningún** monitor de entradas lo ve.
#
# ### Las etiquetas llegan tarde
#
# Ese gráfico hace trampa: usa etiquetas que en abril nadie tenía. Si un cliente cae en mora se sabe
# entre 30 y 90 días después (`fecha_etiqueta`). Una **cohorte** (las solicitudes de un mismo período)
# está **madura** cuando ya llegaron todas sus etiquetas.
#
# Parate el 15 de mayo. **¿Qué esperás ver?** ¿Qué meses podés evaluar ese día?

# %%
hoy = pd.Timestamp("2026-05-15")
produccion["madura_el"] = produccion["fecha_solicitud"] + pd.Timedelta(days=90)

ese_dia = (
    produccion[produccion["fecha_solicitud"] <= hoy]
    .groupby("mes")
    .agg(
        solicitudes=("mora", "size"),
        con_etiqueta=("fecha_etiqueta", lambda fecha: f"{(fecha <= hoy).mean():.0%}"),
        maduras=("madura_el", lambda fecha: f"{(fecha <= hoy).mean():.0%}"),
    )
)
ese_dia

# %%
maduras = produccion[produccion["madura_el"] <= hoy]
nuevas = produccion[produccion["fecha_solicitud"].between("2026-04-01", hoy)]
print(f"lo que podés medir el 15 de mayo (cohortes maduras): {maduras['acierto'].mean():.3f}")
print(f"lo que está pasando desde abril:                     {nuevas['acierto'].mean():.3f}")

# %% [markdown]
# Seis semanas después del quiebre, el tablero honesto todavía dice que está todo bien. ¿Y si usáramos
# las etiquetas que *ya* llegaron de abril? Cuidado: suelen llegar primero las malas. Quien deja de
# pagar se conoce en la primera cuota; quien paga, recién al final. Una cohorte a medio madurar parece
# peor (o mejor) de lo que es. Por eso la ventana puntúa **solo cohortes maduras**, y por eso conviene
# conseguir etiquetas más rápidas para una muestra.
#
# > **Para llevarte.** PSI alto no es modelo malo; PSI bajo no es modelo bueno. El drift de entradas
# > se ve hoy; el del concepto, cuando maduran las etiquetas.
#
# ---
# ## 3. Medir el drift: PSI, KS y distancias (8 min)
#
# **La idea.** Todas comparan dos distribuciones, y cada una mira algo distinto:
#
# | medida | qué mira | rango | a tener en cuenta |
# |---|---|---|---|
# | PSI | proporciones por tramo | 0 a ∞ | depende de los tramos; sirve para categorías |
# | KS (D) | la mayor distancia entre las acumuladas | 0 a 1 | viene con valor p; pierde cambios en las colas |
# | Wasserstein | cuánto hay que «mover» los datos | 0 a ∞, **en las unidades de la variable** | escalá antes de comparar variables |
# | Jensen–Shannon | cada reparto contra el promedio de los dos | 0 a 1 (en base 2) | por tramos, como el PSI, pero nunca es infinita |
#
# **Antes de correr, ¿qué esperás ver?** Tres cambios sobre una normal: se **corre** medio desvío, se
# **ensancha** al doble, y cambia de **forma** (dos jorobas) con la misma media y el mismo desvío.
# ¿Qué medida ve mejor cada uno?

# %%
rng = np.random.default_rng(59)
n = 20_000
referencia = rng.normal(size=n)
jorobas = rng.normal(rng.choice([-0.95, 0.95], n), np.sqrt(1 - 0.95**2))
cambios = {
    "sin cambio": rng.normal(size=n),
    "se corre 0.5 desvíos": rng.normal(0.5, 1, n),
    "se ensancha al doble": rng.normal(0, 2, n),
    "cambia de forma": jorobas,
}

deciles = np.quantile(referencia, np.arange(1, 10) / 10)
p = np.bincount(np.digitize(referencia, deciles)) / n
tabla = {}
for nombre, muestra in cambios.items():
    q = np.bincount(np.digitize(muestra, deciles), minlength=10) / n
    tabla[nombre] = {
        "PSI": psi_de_proporciones(p, q),
        "KS (D)": stats.ks_2samp(referencia, muestra).statistic,
        "Wasserstein": stats.wasserstein_distance(referencia, muestra),
        "Jensen–Shannon": jensenshannon(p, q, base=2),
    }
tabla = pd.DataFrame(tabla).T
tabla.round(3)

# %% jupyter={"source_hidden": true}
fig, ejes = plt.subplots(1, 3, figsize=(10, 3.4), sharey=True)
grilla = np.linspace(-4.5, 4.5, 61)
for ax, nombre in zip(ejes, list(cambios)[1:], strict=True):
    ax.hist(referencia, grilla, density=True, color=AZUL, alpha=0.55, label="referencia")
    ax.hist(cambios[nombre], grilla, density=True, histtype="step", lw=2, color=ROJO, label="ahora")
    fila = tabla.loc[nombre]
    ax.set(title=nombre.capitalize(), xlabel="desvíos", xlim=(-4.5, 4.5), ylim=(0, 0.85))
    texto = f"PSI {fila['PSI']:.2f} · D {fila['KS (D)']:.2f}\nWasserstein {fila['Wasserstein']:.2f}"
    ax.text(-4.3, 0.82, f"{texto} · JS {fila['Jensen–Shannon']:.2f}", va="top", fontsize=9)
ejes[0].set_ylabel("densidad")
ejes[0].legend(loc="center left", fontsize=9, handlelength=1)
fig.suptitle("Cada medida ordena distinto los mismos tres cambios", x=0.01, ha="left")
plt.show()

# %% [markdown]
# Para KS, lo más grave es **correrse**; cuando la distribución se **ensancha**, las acumuladas se cruzan
# en el centro y D baja, mientras el PSI se duplica. Para Wasserstein, lo más grave es ensancharse; para
# PSI y Jensen–Shannon, el cambio de **forma**, que no mueve ni la media ni el desvío: un monitor que
# solo mira promedios no lo vería nunca.
#
# Y Wasserstein tiene unidades. La misma variable, en pesos o en miles de pesos:

# %%
enero, marzo = (produccion.loc[produccion["mes"] == mes, "monto"] for mes in (1, 3))
for unidad, factor in {"pesos": 1, "miles de pesos": 1 / 1000}.items():
    distancia = stats.wasserstein_distance(enero * factor, marzo * factor)
    D = stats.ks_2samp(enero * factor, marzo * factor).statistic
    print(f"monto en {unidad:15s} Wasserstein = {distancia:>8.0f}   KS D = {D:.3f}")

# %% [markdown]
# Es su virtud («el monto típico se movió 300 mil pesos» lo entiende cualquiera) y su trampa (no hay un
# umbral que sirva para todas las variables).
#
# ### Error común 2: el PSI da siempre 0, o da infinito
#
# **Antes de correr, ¿qué esperás ver?** Edades de la campaña de marzo, que es muy distinta. Primero
# calculamos los deciles de cada muestra por separado; después, sin piso, con un tramo vacío.

# %%
edad_ref, edad_mar = entrenamiento["edad"], produccion.loc[produccion["mes"] == 3, "edad"]


def partes(edades, cortes):
    return np.bincount(np.digitize(edades, cortes), minlength=len(cortes) + 1) / len(edades)


propios = [edades.quantile(np.arange(1, 10) / 10) for edades in (edad_ref, edad_mar)]
mal = psi_de_proporciones(partes(edad_ref, propios[0]), partes(edad_mar, propios[1]))
print(f"cada muestra con sus propios deciles:     {mal:.3f}")

decadas = [30, 40, 50, 60, 70]
manana = edad_mar.head(60)  # las primeras 60 solicitudes de marzo: nadie de 70 o más
with np.errstate(divide="ignore"):
    inf = psi_de_proporciones(partes(edad_ref, decadas), partes(manana, decadas), piso=0)
print(f"un tramo vacío, sin piso:                 {inf:.3f}")

bien = psi_de_proporciones(reparto(entrenamiento, "edad"), partes(edad_mar, CORTES["edad"]))
print(f"deciles de la referencia, con piso:       {bien:.3f}")

# %% [markdown]
# Con sus propios deciles, **toda** muestra tiene un 10 % en cada tramo: casi 0, cambie lo que cambie. Y un
# tramo vacío es un logaritmo de cero. El arreglo son dos reglas: los cortes salen **de la
# referencia**, con las puntas abiertas, y las proporciones tienen **un piso**.
#
# ### Con pocos datos, el PSI exagera
#
# Aunque nada cambie, dos muestras nunca son iguales. Sin drift, con $B$ tramos y muestras de tamaño
# $n$ y $m$, el PSI vale aproximadamente $(1/n + 1/m)\cdot\chi^2_{B-1}$, que en promedio es
# $(1/n + 1/m)(B-1)$.
#
# **Antes de correr, ¿qué esperás ver?** Con 100 casos por lado y **sin ningún cambio**, ¿qué PSI sale?

# %%
filas = []
for n in (100, 300, 1_000, 5_000):
    p, q = rng.multinomial(n, np.full(10, 0.1), size=(2, 4_000)) / n
    p, q = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
    simulados = ((q - p) * np.log(q / p)).sum(axis=1)
    leve, grave = (simulados >= 0.1).mean(), (simulados > 0.25).mean()
    filas.append((n, simulados.mean(), 2 / n * 9, leve, grave))
titulos = ["n por lado", "PSI medio", "fórmula", "falso «leve»", "falso «significativo»"]
pd.DataFrame(filas, columns=titulos).round(3).set_index("n por lado")

# %% [markdown]
# Con 100 casos por lado, el PSI promedio **de nada** es casi 0,2, y un par de cada diez comparaciones pasan de
# 0,25. Con mil, el problema desaparece. Antes de creerle a un PSI, mirá cuántos datos tiene atrás.
#
# ### Con muchos datos, KS exagera

# %%
n = 100_000
valores_p, psis = [], []
for _ in range(20):  # veinte veces el mismo corrimiento, de apenas 0.02 desvíos
    a, b = rng.normal(0, 1, n), rng.normal(0.02, 1, n)
    cortes = np.quantile(a, np.arange(1, 10) / 10)
    p, q = (np.bincount(np.digitize(x, cortes)) / n for x in (a, b))
    psis.append(psi_de_proporciones(p, q))
    valores_p.append(stats.ks_2samp(a, b).pvalue)
significativas = np.mean(np.array(valores_p) < 0.05)
print(
    f"KS:  p < 0.05 en {significativas:.0%} de las veces; mediana de p = {np.median(valores_p):.0e}"
)
print(f"PSI: {np.mean(psis):.4f} en promedio")

# %% [markdown]
# El valor p contesta «¿hay *alguna* diferencia?», y con cien mil casos siempre la hay. La pregunta de
# producción es «¿es lo bastante **grande**?», y esa la contesta el tamaño del efecto: D o PSI.
#
# Además, cada variable que vigilás es otra oportunidad de alarma falsa:


# %%
def valores_p_de_ks(x, y):
    """Valor p de KS de cada fila de x contra la misma fila de y (de igual largo), de una vez."""
    n = x.shape[1]
    orden = np.concatenate([x, y], axis=1).argsort(axis=1)
    diferencia = np.where(orden < n, 1, -1).cumsum(axis=1) / n  # entre las dos acumuladas
    return stats.kstwobign.sf(np.abs(diferencia).max(axis=1) * np.sqrt(n / 2))


veces, variables = 1_000, 20
valores_p = np.array([valores_p_de_ks(*rng.normal(size=(2, veces, 500))) for _ in range(variables)])
sin_corregir = (valores_p < 0.05).any(axis=0).mean()
bonferroni = (valores_p < 0.05 / variables).any(axis=0).mean()
print(f"20 variables estables: suena alguna alarma el {sin_corregir:.0%} de las veces")
print(f"con Bonferroni (p < 0.05 / 20):            el {bonferroni:.1%}")

# %% [markdown]
# ### Pregunta frecuente: ¿PSI o KS?
#
# **PSI para alertar, KS para investigar.** El PSI es un tamaño de efecto, con umbrales que el negocio
# conoce, y sirve para categorías; necesita unos mil casos por ventana. KS no necesita tramos y dice
# *dónde* está la diferencia; su valor p solo, con muchos datos o muchas variables, no es una alerta.
#
# > **Para llevarte.** Cortes de la referencia, piso en las proporciones, mil casos por lado, y mirá el
# > tamaño del efecto antes que el valor p.
#
# ---
# ## 4. Reentrenar: por calendario, por drift, por KPI (7 min)
#
# **La idea.** Reentrenar no es gratis: hay que juntar etiquetas, entrenar, validar y publicar, y cada
# publicación es un riesgo. Hay tres gatillos posibles:
#
# - **calendario**: el primer lunes de cada mes;
# - **drift**: cuando un PSI semanal pasa de 0,25;
# - **KPI**: cuando cae la exactitud medida en cohortes maduras.
#
# Los jugamos en los mismos seis meses, semana por semana, con **lo que se sabía cada lunes**. Para que
# el KPI no espere 90 días, mira las **etiquetas tempranas** (las que llegan en 45 días o menos: una de cada
# cuatro): a los 45 días esa parte de la cohorte está completa. Acá vale porque el retraso no depende de
# si hubo mora; en tu trabajo, comprobalo.

# %%
LUNES = pd.date_range("2025-12-29", "2026-06-29", freq="7D")
produccion["semana"] = produccion["fecha_solicitud"].dt.to_period("W").dt.start_time
retraso = (produccion["fecha_etiqueta"] - produccion["fecha_solicitud"]).dt.days
produccion["temprana"] = retraso <= 45
DIAS = pd.Timedelta(days=1)


def por_calendario(lunes, conocidas, modelo):
    return lunes.day <= 7


def por_drift(lunes, conocidas, modelo):
    ultima = produccion[produccion["semana"] == lunes - 7 * DIAS]
    return len(ultima) > 0 and max(drift(ultima).values()) > 0.25


def por_kpi(lunes, conocidas, modelo):
    desde, hasta = lunes - 60 * DIAS, lunes - 46 * DIAS  # dos semanas, con 45 días cumplidos
    en_fecha = conocidas["fecha_solicitud"].between(desde, hasta)
    cohorte = conocidas[en_fecha & conocidas["temprana"]]
    return len(cohorte) >= 100 and modelo.score(cohorte[ENTRADAS], cohorte["mora"]) < 0.72


# %%
def simular(gatillo, quiebre=None):
    """Recorre los lunes y devuelve (fechas de reentrenamiento, acierto de cada solicitud).

    Entrena con las etiquetas conocidas de las últimas diez semanas, o desde `quiebre` si se sabe
    cuándo cambió el mundo. Espera cuatro semanas entre un reentrenamiento y el siguiente.
    """
    modelo, ultimo, fechas, aciertos = v1, LUNES[0], [], []
    for lunes in LUNES:
        conocidas = produccion[produccion["fecha_etiqueta"] < lunes]
        if (lunes - ultimo).days >= 28 and gatillo(lunes, conocidas, modelo):
            desde = pd.Timestamp(quiebre) if quiebre else lunes - 70 * DIAS
            recientes = conocidas[conocidas["fecha_solicitud"] >= desde]
            if len(recientes) >= 200:
                modelo = crear_modelo().fit(recientes[ENTRADAS], recientes["mora"])
                fechas.append(ultimo := lunes)
        semana = produccion[produccion["semana"] == lunes]
        aciertos.append(modelo.predict(semana[ENTRADAS]) == semana["mora"])
    return fechas, pd.concat(aciertos)


# %% [markdown]
# **Antes de correr, ¿qué esperás ver?** La campaña es en marzo; el concepto cambia el 1 de abril. ¿Qué
# gatillo reentrena a tiempo? ¿Cuál reentrena al cuete? La última política es el KPI **más una
# persona**, que ubica el quiebre y entrena solo con lo posterior.

# %%
COSTO_REENTRENAR, COSTO_ERROR = 1_500_000, 20_000  # pesos; supuestos: cambialos por los tuyos
politicas = {
    "nunca": (lambda *_: False, None),
    "calendario": (por_calendario, None),
    "drift": (por_drift, None),
    "KPI": (por_kpi, None),
    "KPI + diagnóstico": (por_kpi, "2026-04-01"),
}
corridas = {nombre: simular(*politica) for nombre, politica in politicas.items()}

filas = []
for nombre, (fechas, aciertos) in corridas.items():
    costo = len(fechas) * COSTO_REENTRENAR + (~aciertos).sum() * COSTO_ERROR
    junio = aciertos[produccion["mes"] == 6].mean()
    cuando = ", ".join(f"{f:%d/%m}" for f in fechas) or "—"
    filas.append((nombre, len(fechas), cuando, aciertos.mean(), junio, costo / 1e6))
titulos = ["política", "veces", "cuándo", "exactitud", "en junio", "costo (millones)"]
resumen = pd.DataFrame(filas, columns=titulos).set_index("política").round(3)
resumen

# %% jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(9, 4.2))
estilos = zip(corridas.items(), [NEGRO, CELESTE, NARANJA, ROSA, VERDE], strict=True)
for k, ((nombre, (fechas, aciertos)), color) in enumerate(estilos):
    semanal = aciertos.groupby(produccion["semana"]).mean().rolling(3, min_periods=1).mean()
    ax.plot(semanal.index, semanal, color=color, label=nombre, zorder=10 - k)
    for fecha in fechas:
        ax.plot(fecha, 0.55 - 0.012 * k, marker="^", color=color, ms=8, clip_on=False)
ax.axvspan(pd.Timestamp("2026-03-01"), pd.Timestamp("2026-04-01"), color=NARANJA, alpha=0.12)
ax.text(pd.Timestamp("2026-03-03"), 0.862, "campaña", fontsize=9.5)
ax.axvline(pd.Timestamp("2026-04-01"), color=ROJO, lw=1.2, ls="--")
ax.text(pd.Timestamp("2026-04-03"), 0.862, "cambia el concepto", fontsize=9.5, color=ROJO)
ax.set(
    title="El drift reentrena cuando no hace falta; el KPI, cuando ya hay de qué aprender",
    ylabel="exactitud (media de 3 semanas)",
    xlabel="semana de la solicitud (2026) · los triángulos son reentrenamientos",
    ylim=(0.48, 0.88),
)
ax.legend(loc="lower left", bbox_to_anchor=(0, 0.17))
eje_de_meses(ax)
plt.show()

# %% [markdown]
# - **Drift** reentrenó en marzo, cuando el modelo andaba bien, y con etiquetas de **antes** de la campaña:
#   todavía no había ni una de marzo. Después, con el PSI en cero, no hizo nada. Sale **más caro que no hacer nada**.
# - **Calendario** reentrenó cuatro veces, y las tres primeras no podían ayudar: casi no había etiquetas
#   posteriores al cambio. La cuarta cayó justo, de casualidad.
# - **KPI** esperó a tener evidencia **y** etiquetas. La primera vez mezcló las de antes con las de después y tuvo
#   que repetir. Si una persona ubica el quiebre, alcanza con una: la política más barata y la más exacta.
#
# ### Pregunta frecuente: ¿cada cuánto hay que reentrenar?
#
# **Cuando el KPI lo pide y hay etiquetas nuevas que lo permiten.** El drift sirve para *mirar*; el
# calendario, como tope («al menos una revisión por trimestre»), no como motor.
#
# ### Error común 3: reentrenar todas las semanas «por las dudas»
#
# **Antes de correr, ¿qué esperás ver?** Siete semanas **idénticas** (pedazos al azar de la historia).
# Cada una reentrena con sus 500 casos. ¿Mejora algo?

# %%
mezclado = entrenamiento.sample(frac=1, random_state=7)
semanales = []
for k in range(7):
    tramo = mezclado.iloc[500 * k : 500 * (k + 1)]
    semanales.append(crear_modelo().fit(tramo[ENTRADAS], tramo["mora"]))

puntajes = np.array([m.predict_proba(evaluacion[ENTRADAS])[:, 1] for m in semanales])
decisiones = puntajes >= 0.5
exactitudes = (decisiones == evaluacion["mora"].to_numpy()).mean(axis=1)
cambian = (decisiones.any(axis=0) & ~decisiones.all(axis=0)).mean()
print(f"exactitud semana a semana: {exactitudes.min():.3f} a {exactitudes.max():.3f}")
print(f"un solo modelo, con todo:  {exactitud:.3f}")
print(f"clientes que cambian de respuesta según la semana: {cambian:.0%}")

# %% jupyter={"source_hidden": true}
dudosos = np.argsort(puntajes.std(axis=0))[[-1, -40, -200, -500, -900]]
fig, ax = plt.subplots(figsize=(8, 3.6))
ax.plot(range(1, 8), puntajes[:, dudosos], marker="o", lw=1.6)
fijo = v1.predict_proba(evaluacion[ENTRADAS])[dudosos, 1]
ax.hlines(fijo, 7.3, 8, colors=[f"C{i}" for i in range(5)], lw=3)
ax.text(7.28, 0.93, "un solo modelo", fontsize=9.5)
ax.axhline(0.5, color=NEGRO, ls="--", lw=1.2)
ax.text(0.72, 0.515, "umbral", fontsize=9.5)
ax.set(
    title="Cinco clientes que no cambiaron, y la respuesta que sí",
    xlabel="semana en que se reentrenó",
    ylabel="probabilidad de mora",
    xticks=range(1, 8),
    xlim=(0.7, 8.3),
    ylim=(0, 1),
)
plt.show()

# %% [markdown]
# Nada cambió en el mundo y la respuesta al mismo cliente salta: eso es **varianza**, y la
# agregaste vos. El arreglo: más datos por entrenamiento y un gatillo que tenga motivo.
#
# ### Cuando reentrenar empeora: el error de unidades
#
# La tercera semana de enero, una integración empieza a mandar `monto` en **dólares** en lugar de
# pesos. Se corrige a la quinta. Jugamos tres respuestas, y al reentrenamiento automático le damos
# toda la ventaja: etiquetas al instante.
#
# **Antes de correr, ¿qué esperás ver?** ¿Cuál de las tres termina peor?

# %%
COTIZACION = 1_000  # pesos por dólar
semanas = [t for _, t in produccion[produccion["mes"] <= 2].groupby("semana")][1:8]
recibidas = [
    t.assign(monto=t["monto"] / COTIZACION) if 3 <= k <= 4 else t
    for k, t in enumerate(semanas, start=1)
]


def medir(modelo, tabla):
    return modelo.score(tabla[ENTRADAS], tabla["mora"])


automatico, modelo = [], v1
for tabla in recibidas:
    automatico.append(medir(modelo, tabla))
    if max(drift(tabla).values()) > 0.25:  # «hay drift: reentrená»
        modelo = crear_modelo().fit(tabla[ENTRADAS], tabla["mora"])
v2_malo = modelo  # guardalo: vuelve en el tema 8

quieto = [medir(v1, tabla) for tabla in recibidas]
reparado = [medir(v1, tabla) for tabla in semanas]  # el monto se convierte antes del modelo
unidades = pd.DataFrame(
    {"no hacer nada": quieto, "reentrenar automático": automatico, "reparar el dato": reparado},
    index=pd.RangeIndex(1, 8, name="semana"),
)
unidades.round(3)

# %% jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(8, 3.8))
for columna, color in zip(unidades, [NEGRO, ROJO, VERDE], strict=True):
    ax.plot(unidades.index, unidades[columna], marker="o", color=color, label=columna)
ax.axvspan(2.5, 4.5, color=NARANJA, alpha=0.15)
ax.text(2.55, 0.94, "monto llega en dólares", fontsize=9.5)
ax.set(
    title="El reentrenamiento automático aprendió el error",
    xlabel="semana",
    ylabel="exactitud",
    ylim=(0.15, 1),
)
ax.legend(loc="lower left")
plt.show()

# %% [markdown]
# El modelo reentrenado aprendió que «mil» es un monto grande. Cuando vuelven los pesos, todos los montos le parecen
# enormes y rechaza a casi todo el mundo. **Primero se repara el dato; después, si hace falta, se reentrena.**
#
# > **Para llevarte.** El drift avisa que mires. Reentrená cuando cae el KPI, con etiquetas posteriores
# > al cambio y después de descartar que el dato esté roto.
#
# ---
# ## 5. Publicar: shadow, canary y A/B (9 min)
#
# **La idea.** Un modelo nuevo puede ganar en tus datos y perder en producción. Hay tres maneras de
# averiguarlo, de menor a mayor riesgo:
#
# | | qué ve el usuario | qué contesta | qué no contesta | cuándo |
# |---|---|---|---|---|
# | **shadow** | siempre la respuesta de A | ¿en qué no coinciden?, ¿B se cae?, ¿quién acierta más? | cómo *reacciona* la gente | riesgo alto: un error cuesta mucho o no se deshace |
# | **canary** | unos pocos, la de B | ¿B rompe algo en producción? | si B es un poco mejor | riesgo medio: se puede volver atrás rápido |
# | **A/B** | la mitad, la de B | ¿B mejora el **negocio**, y cuánto? | nada rápido: necesita mucho tráfico | riesgo bajo y el efecto depende de la gente |
#
# ### 5.1 Shadow: los dos responden, decide A
#
# Candidato: un gradient boosting. Le pasamos a los dos las 2000 solicitudes de enero.
#
# **Antes de correr, ¿qué esperás ver?** ¿En cuántas no van a coincidir? Y si uno acierta un poco
# más que el otro, ¿alcanza para elegirlo?

# %%
B = make_pipeline(
    make_column_transformer(("passthrough", NUMERICAS)),
    HistGradientBoostingClassifier(max_iter=60, learning_rate=0.05, random_state=59),
).fit(entrenamiento[ENTRADAS], entrenamiento["mora"])

enero = produccion[produccion["mes"] == 1]
respuestas = pd.DataFrame(
    {"A": v1.predict(enero[ENTRADAS]), "B": B.predict(enero[ENTRADAS])}, index=enero.index
)
difieren = respuestas["A"] != respuestas["B"]
print(f"no coinciden en {difieren.sum()} de {len(enero)} solicitudes ({difieren.mean():.1%})")

# %% jupyter={"source_hidden": true}
por_region = difieren.groupby(enero["region"]).agg(["mean", "sum", "size"]).sort_values("mean")
bajo, alto = proportion_confint(por_region["sum"], por_region["size"], method="wilson")
fig, ax = plt.subplots(figsize=(8, 3.2))
centro = por_region["mean"]
ax.errorbar(
    centro, centro.index, xerr=[centro - bajo, alto - centro], fmt="o", capsize=3, color=AZUL
)
ax.axvline(difieren.mean(), color=NEGRO, ls="--", lw=1.2)
ax.text(difieren.mean() + 0.001, 5.45, "en todo enero", fontsize=9.5)
ax.set(
    title="Los desacuerdos entre A y B no se concentran en ninguna región",
    xlabel="proporción de solicitudes con respuestas distintas, con intervalo del 95 %",
    xlim=(0, None),
    ylim=(-0.6, 5.9),
)
plt.show()

# %% [markdown]
# El desacuerdo se ve **hoy**, sin etiquetas, y dice dónde mirar. Quién tiene razón se sabe cuando maduran las
# etiquetas, y ahí **solo cuentan los pares en que no coinciden**: es la prueba de McNemar.

# %%
a_acierta, b_acierta = (respuestas[modelo] == enero["mora"] for modelo in "AB")
cruce = pd.crosstab(
    a_acierta.map({True: "A acierta", False: "A falla"}),
    b_acierta.map({True: "B acierta", False: "B falla"}),
).rename_axis(index=None, columns=None)
prueba = mcnemar(cruce.to_numpy(), exact=True)
print(f"exactitud de A: {a_acierta.mean():.3f} · de B: {b_acierta.mean():.3f}")
print(f"McNemar: valor p = {prueba.pvalue:.2f}")
cruce

# %% [markdown]
# Si B fuera igual a A, los dos casilleros cruzados serían una moneda al aire. El valor p dice si la diferencia es
# más de lo que da la moneda; acá, **no se los puede distinguir**. Sin evidencia, no se cambia.
#
# ### 5.2 Canary: un poco de tráfico, y un freno automático
#
# A quién le toca B se decide con un **hash** del identificador, no con un sorteo: la misma persona cae
# siempre del mismo lado, y al subir de 5 % a 10 % los que ya estaban siguen estando.


# %%
def le_toca_b(identificador, porcentaje, sal="canary-v2"):
    """True si a esta persona le responde B. `sal` cambia el reparto en cada experimento."""
    huella = sha(f"{sal}:{identificador}".encode()).hexdigest()
    return int(huella, 16) % 10_000 < 100 * porcentaje


personas = range(10_000)
en_5, en_10 = ({i for i in personas if le_toca_b(i, p)} for p in (5, 10))
print(
    f"con 5 %: {len(en_5)} de {miles(10_000)} · con 10 %: {len(en_10)}",
    f"· ¿siguen los mismos? {en_5 <= en_10}",
)

# %% [markdown]
# Nuestro candidato tiene un error de los de verdad: alguien se olvidó del imputador, y con un
# faltante **se cae**. En los datos de prueba, que estaban limpios, no pasaba.
#
# **Antes de correr, ¿qué esperás ver?** El freno (*guardrail*): con tres fallas o más, si el límite
# inferior del intervalo de la tasa de error de B supera 1 %, todo el tráfico vuelve a A. ¿A cuántas personas llega el error?

# %%
limpia = entrenamiento.dropna()
candidato = make_pipeline(StandardScaler(), LogisticRegression())
candidato.fit(limpia[NUMERICAS], limpia["mora"])


def se_cae(solicitud):
    try:
        candidato.predict(solicitud.to_frame().T.astype(float))
    except ValueError:
        return True
    return False


ETAPAS = [5, 10, 25, 50, 100]  # por ciento del tráfico, 400 solicitudes cada una
trafico = produccion.loc[produccion["mes"] == 1, NUMERICAS]
atendidos, fallas, historial, abortado_en = 0, 0, [], None
for i, (_, solicitud) in enumerate(trafico.iterrows()):
    porcentaje = 0 if abortado_en is not None else ETAPAS[i // 400]
    if le_toca_b(i, porcentaje):
        atendidos, fallas = atendidos + 1, fallas + se_cae(solicitud)
        piso_de_fallas = proportion_confint(fallas, atendidos, method="wilson")[0]
        if fallas >= 3 and piso_de_fallas > 0.01:
            abortado_en = abortado_en or i
    historial.append((porcentaje, fallas))

sin_canary = sum(se_cae(s) for _, s in trafico[trafico.isna().any(axis=1)].iterrows())
print(f"abortó en la solicitud {abortado_en}: {fallas} fallas en {atendidos} pedidos a B")
print(f"publicando a todos de una: {sin_canary} fallas en {len(trafico)} pedidos")

# %% jupyter={"source_hidden": true}
historial = np.array(historial)
faltantes = trafico.isna().any(axis=1).cumsum().to_numpy()
fig, (arriba, abajo) = plt.subplots(2, 1, figsize=(8, 4.6), sharex=True, height_ratios=[1, 1.4])
planeado = np.repeat(ETAPAS, 400)
arriba.plot(planeado, color=CELESTE, ls=":", label="plan")
arriba.plot(historial[:, 0], color=AZUL, label="lo que pasó")
titulo = f"El freno cortó a tiempo: {fallas} personas con error en vez de {sin_canary}"
arriba.set(title=titulo, ylabel="% a B")
arriba.legend(loc="upper left")
abajo.plot(faltantes, color=ROJO, label="publicando a todos de una")
abajo.plot(historial[:, 1], color=AZUL, label="con canary")
abajo.axvline(abortado_en, color=NEGRO, ls="--", lw=1.2)
abajo.text(abortado_en + 15, faltantes[-1] * 0.55, "aborta", fontsize=9.5)
abajo.set(xlabel="solicitudes", ylabel="personas con error")
abajo.legend(loc="upper left")
plt.show()

# %% [markdown]
# El canary no prueba que B sea *mejor*: prueba que no es un **desastre**, y limita a cuántos les toca.
#
# ### Pregunta frecuente: ¿shadow o canary?
#
# **Shadow primero, canary después.** En shadow nadie recibe la respuesta de B: medís desacuerdo y
# caídas con riesgo cero. En canary algunos sí la reciben: medís lo que shadow no puede, el sistema
# entero con gente de verdad. Si un solo error es inaceptable, quedate más tiempo en shadow.
#
# ### 5.3 A/B: ¿cuánto tráfico hace falta?
#
# El A/B contesta la pregunta que importa, si B mejora el negocio, y la cobra en tráfico.
#
# ### Error común 4: «corrimos el A/B unos días y no dio significativo»
#
# ¿Y podía dar? Se calcula **antes**: cuántos casos hacen falta para ver, con 80 % de probabilidad
# (**potencia**), el efecto que te importa.
#
# **Antes de correr, ¿qué esperás ver?** Para distinguir 90 % de exactitud de 91 %, ¿cuántas
# solicitudes por brazo? ¿Cien, mil, diez mil?

# %%
potencia = NormalIndPower()


def por_brazo(antes, despues):
    """Casos por brazo para ver antes → despues con α = 5 % y potencia = 80 %."""
    efecto = proportion_effectsize(despues, antes)
    return int(potencia.solve_power(efecto, alpha=0.05, power=0.8))


def pares_en_shadow(diferencia, discordancia):
    """Pares para McNemar (Connor, 1987): los dos modelos ven las mismas solicitudes."""
    za, zb = stats.norm.isf([0.025, 0.20])
    raiz = za * np.sqrt(discordancia) + zb * np.sqrt(discordancia - diferencia**2)
    return int((raiz / diferencia) ** 2)


por_semana = len(produccion) / 26
casos = {
    "A/B, exactitud 90 % → 91 %": 2 * por_brazo(0.90, 0.91),
    "A/B, conversión 10 % → 11 %": 2 * por_brazo(0.10, 0.11),
    "shadow, +1 punto con 3 % de discordancia": pares_en_shadow(0.01, 0.03),
}
print(
    f"por brazo: {miles(por_brazo(0.90, 0.91))} (exactitud)",
    f"y {miles(por_brazo(0.10, 0.11))} (conversión)",
)
for nombre, n in casos.items():
    print(
        f"{nombre:42s} {miles(n):>6s} solicitudes = {n / por_semana:3.0f} semanas de nuestro tráfico"
    )

# %% [markdown]
# En unos días no podía dar nunca. Y fijate en el shadow: como los dos modelos ven **las mismas** solicitudes,
# solo importan los desacuerdos, y hace falta mucho menos. Cuando se puede comparar de a pares, conviene.
#
# ¿Cuánta potencia tenía ese A/B de una semana?

# %% jupyter={"source_hidden": true}
semanas_ab = np.arange(1, 81)
fig, ax = plt.subplots(figsize=(8, 3.8))
for despues, color in zip((0.91, 0.92, 0.93), (AZUL, NARANJA, VERDE), strict=True):
    efecto = proportion_effectsize(despues, 0.90)
    curva = [potencia.power(efecto, w * por_semana / 2, 0.05) for w in semanas_ab]
    ax.plot(semanas_ab, curva, color=color, label=f"90 % → {100 * despues:.0f} %")
    if despues == 0.91:
        ax.plot(1, curva[0], "o", color=color)
        ax.annotate(
            f"una semana: potencia {100 * curva[0]:.0f} %",
            (1, curva[0]),
            (5, 0.02),
            fontsize=9.5,
            va="bottom",
        )
ax.axhline(0.8, color=NEGRO, ls="--", lw=1.2)
ax.text(27, 0.815, "potencia 80 %", fontsize=9.5)
ax.set(
    title="Un A/B de una semana no puede ver un punto de exactitud",
    xlabel="semanas de experimento (todo nuestro tráfico, mitad y mitad)",
    ylabel="probabilidad de detectarlo",
    ylim=(0, 1.02),
    xlim=(0, 81),
)
ax.legend(loc="center right")
plt.show()

# %% [markdown]
# ### Dos controles antes de leer un A/B
#
# **¿El reparto salió como se planeó?** (*sample-ratio mismatch*). Supongamos que la página de B pierde al 4 % de la gente
# antes de registrarla. Los que quedan ya no son comparables.

# %%
planeados = np.array([le_toca_b(i, 50, sal="ab-tasa") for i in range(20_000)])
en_b = planeados.sum() - int(0.04 * planeados.sum())
en_a = (~planeados).sum()
for nombre, cuentas in {"sano": [en_a, planeados.sum()], "con pérdida": [en_a, en_b]}.items():
    valor_p = stats.chisquare(cuentas).pvalue
    veredicto = "NO leas el resultado" if valor_p < 0.001 else "reparto creíble"
    print(
        f"{nombre:12s} A {miles(cuentas[0])} · B {miles(cuentas[1])}  p = {valor_p:.1g} → {veredicto}"
    )

# %% [markdown]
# **¿Espiaste?** (*peeking*). Si mirás todos los días y parás cuando «da», el 5 % de falsas alarmas
# deja de ser 5 %. Simulamos A/A: dos brazos **iguales**.

# %%
miradas = 100
z = rng.normal(size=(20_000, miradas)).cumsum(axis=1) / np.sqrt(np.arange(1, miradas + 1))
alguna = {1: z[:, [-1]], 5: z[:, 19::20], 20: z[:, 4::5], 100: z}
falsas = {k: (np.abs(zs) > 1.96).any(axis=1).mean() for k, zs in alguna.items()}
for k, tasa in falsas.items():
    print(f"{k:3d} miradas: {tasa:.0%} de experimentos «significativos» sin que haya nada")

# %% [markdown]
# Mirar cinco veces casi triplica las falsas alarmas; mirar cien las lleva a más de un tercio. El arreglo: fijá el
# tamaño antes y mirá al final, o usá un diseño secuencial (O'Brien–Fleming), que ya cobra cada mirada.
#
# > **Para llevarte.** Shadow para saber, canary para no romper, A/B para decidir. Y la potencia se
# > calcula **antes** de empezar.
#
# ---
# ## 6. Alertas y observabilidad (5 min)
#
# **La idea.** Una alerta es un **contrato**: qué se mide, cuánto es demasiado, por cuánto tiempo, a quién
# le toca y qué hace primero. Si no tiene dueño ni primer paso, es ruido. Por eso van en un archivo, que
# se revisa como se revisa el código:

# %%
reglas = yaml.safe_load((AQUI / "alertas.yaml").read_text(encoding="utf-8"))["alertas"]
pd.DataFrame(reglas).set_index("nombre")

# %% [markdown]
# Armamos la tabla semanal. La exactitud va en la fecha en que **se supo**: cuando terminó de madurar
# la cohorte de esa semana, 90 días después de su último día.

# %%
semanas_prod = produccion.groupby("semana")
tablero = pd.DataFrame(
    {
        lunes + 7 * DIAS: {  # se sabe cuando la semana termina
            "psi_max": max(drift(tabla).values()),
            "faltantes": tabla["ingreso"].isna().mean(),
            "tasa_de_rechazo": v1.predict(tabla[ENTRADAS]).mean(),
        }
        for lunes, tabla in semanas_prod
    }
).T
madura = semanas_prod["acierto"].mean().rename("exactitud")
madura.index += 98 * DIAS  # 7 días de la semana y 91 hasta que llegan todas sus etiquetas
tablero = tablero.join(madura, how="outer")


def suena(regla):
    """Serie de booleanos: las semanas en que la regla lleva `duracion` semanas cumpliéndose."""
    serie, umbral = tablero[regla["metrica"]], regla["umbral"]
    fuera = serie > umbral if regla["comparacion"] == "mayor" else serie < umbral
    seguidas = fuera.groupby((~fuera).cumsum()).cumsum()
    return seguidas >= regla["duracion"]


# %% [markdown]
# **Antes de correr, ¿qué esperás ver?** ¿Cuál suena primero? ¿Cuánto tarda en sonar la que importa?

# %%
for regla in reglas:
    cuando = tablero.index[suena(regla)]
    primera = f"primera vez el {cuando[0]:%d/%m}" if len(cuando) else "no sonó"
    print(f"{regla['nombre']:20s} {regla['severidad']:8s} {len(cuando):2d} semanas · {primera}")

# %% jupyter={"source_hidden": true}
paneles = {
    "psi_max": "PSI máximo",
    "faltantes": "ingreso faltante",
    "tasa_de_rechazo": "predice mora",
    "exactitud": "exactitud madura",
}
fig, ejes = plt.subplots(4, 1, figsize=(9, 7.6), sharex=True)
for ax, (metrica, titulo) in zip(ejes, paneles.items(), strict=True):
    regla = next(r for r in reglas if r["metrica"] == metrica)
    ax.plot(tablero.index, tablero[metrica], color=AZUL, marker="o", ms=3.5)
    ax.axhline(regla["umbral"], color=NEGRO, ls="--", lw=1.2)
    signo = ">" if regla["comparacion"] == "mayor" else "<"
    nota = f"alerta: {signo} {regla['umbral']}"
    ax.text(
        1.005, regla["umbral"], nota, fontsize=9, va="center", transform=ax.get_yaxis_transform()
    )
    for semana in tablero.index[suena(regla)]:
        ax.axvspan(semana - 3.5 * DIAS, semana + 3.5 * DIAS, color=ROJO, alpha=0.18, lw=0)
    ax.axvline(pd.Timestamp("2026-04-01"), color=ROJO, lw=1.2, ls=":")
    ax.set_ylabel(titulo)
ejes[0].text(pd.Timestamp("2026-04-03"), 0.55, "cambia el concepto", fontsize=9, color=ROJO)
ejes[1].set_ylim(0, 0.12)
ejes[2].set_ylim(0, 0.35)
eje_de_meses(ejes[3])
ejes[3].set_xlabel("fecha en que se supo · en rojo, semanas con la alerta sonando")
grave = next(r for r in reglas if r["nombre"] == "caida-de-exactitud")
demora = (tablero.index[suena(grave)][0] - pd.Timestamp("2026-04-01")).days
fig.suptitle(f"La alerta que importa llega {demora} días tarde", x=0.01, ha="left")
plt.show()

# %% [markdown]
# El drift de marzo sonó en dos semanas, y no era grave. La caída de abril recién se **supo** a mediados de julio. Con
# este modelo, la mejora que más rinde no es otro algoritmo: es **conseguir etiquetas antes**.
#
# ### La fatiga de alertas
#
# ¿Y si en vez de cuatro reglas con duración alertáramos por cada variable con p < 0,05, todos los días?

# %%
ruido = []
for fecha, tabla in produccion.groupby("fecha_solicitud"):
    for columna in NUMERICAS:
        valor_p = stats.ks_2samp(entrenamiento[columna].dropna(), tabla[columna].dropna()).pvalue
        ruido.append((fecha, valor_p < 0.05))
ruido = pd.DataFrame(ruido, columns=["fecha", "suena"]).set_index("fecha")["suena"]
falsas = ruido[ruido.index.month != 3].sum()  # fuera de marzo, las entradas no cambiaron
print(f"p < 0.05, por variable y por día: {ruido.sum()} alarmas, {falsas} de ellas falsas")

sonando = pd.DataFrame({r["nombre"]: suena(r) for r in reglas})
episodios = (sonando & ~sonando.shift(fill_value=False)).sum()
print("nuestras reglas:", {k: int(v) for k, v in episodios.items() if v})

# %% jupyter={"source_hidden": true}
fig, (arriba, abajo) = plt.subplots(2, 1, figsize=(8, 4.2), sharex=True)
por_dia = ruido.groupby(level=0).sum()
marzo = por_dia.index.month == 3
arriba.bar(por_dia.index[~marzo], por_dia[~marzo], width=1, color=NARANJA, label="falsas")
arriba.bar(por_dia.index[marzo], por_dia[marzo], width=1, color=AZUL, label="la campaña")
arriba.set(title=f"«p < 0.05» por día y por variable: {falsas} alarmas falsas", ylabel="alarmas")
arriba.legend()
cuenta = sonando.sum(axis=1)
abajo.bar(cuenta.index, cuenta, width=7, color=AZUL)
abajo.set(
    title="Umbral de efecto con duración: dos episodios, los dos de verdad",
    ylabel="alertas",
    xlabel="fecha (2026)",
    yticks=[0, 1, 2, 3],
)
eje_de_meses(abajo)
plt.show()

# %% [markdown]
# La guardia aprende rápido: una alarma que suena por nada se silencia, y el día que es de verdad no la
# mira nadie. Menos reglas, con tamaño de efecto y **duración**.
#
# ### Quién está de guardia y qué hace primero
#
# Lo dice el runbook (`runbook.md`, en esta carpeta), y cada regla apunta a su sección:
#
# | alerta | severidad | a quién le toca | lo primero que hace |
# |---|---|---|---|
# | drift-significativo | aviso | ciencia de datos | comprobar que el **dato** esté bien (unidades, faltantes); no reentrenar |
# | caida-de-exactitud | urgente | guardia de modelos | ¿hubo versión nueva? rollback. Si no, casos dudosos a revisión manual |
# | datos-faltantes | urgente | ingeniería de datos | ubicar campo y canal, y avisar al sistema dueño |
# | tasa-de-rechazo | aviso | riesgo crediticio | ¿hubo versión nueva? rollback |
#
# > **Para llevarte.** Anotá entradas y salidas, mirá pocas métricas con dueño, y que cada alerta
# > diga qué hacer. Primero se frena el daño; después se entiende.
#
# ---
# ## 7. Model card y datasheet (4 min)
#
# **La idea.** La **model card** (Mitchell et al., 2019) cuenta para qué sirve un modelo, para qué **no**, cómo le va y
# **con quiénes**. La **datasheet** (Gebru et al., 2018) hace lo mismo con los datos. Las leen quienes no van a leer tu
# código: riesgo, legales, un regulador, una persona a la que le rechazaron un crédito.
#
# ### Error común 5: una card con una sola exactitud

# %%
Markdown(f"""
> **Model card (versión mala)**
>
> Modelo de mora. Regresión logística. **Exactitud: {100 * exactitud:.1f} %.** Listo para usar.
""")

# %% [markdown]
# **Antes de correr, ¿qué esperás ver?** ¿Ese número vale igual para todo el mundo?

# %%
prueba_card = produccion[produccion["mes"] <= 2]
tramo = pd.cut(prueba_card["edad"], [17, 26, 45, 100], labels=["18–26", "27–45", "46 o más"])
factores = {"región": prueba_card["region"], "edad": tramo, "género": prueba_card["genero"]}
filas = []
for factor, grupo in factores.items():
    for nivel, aciertos in prueba_card["acierto"].groupby(grupo, observed=True):
        bajo, alto = proportion_confint(aciertos.sum(), len(aciertos), method="wilson")
        filas.append((factor, nivel, len(aciertos), aciertos.mean(), bajo, alto))
columnas = ["factor", "subgrupo", "n", "exactitud", "desde", "hasta"]
subgrupos = pd.DataFrame(filas, columns=columnas)
subgrupos.round(3)

# %% jupyter={"source_hidden": true}
total = prueba_card["acierto"].mean()
orden = subgrupos.iloc[::-1].reset_index(drop=True)
fig, ax = plt.subplots(figsize=(8, 4.6))
peor = orden["exactitud"] < total - 0.05
for es_peor, color in ((False, AZUL), (True, ROJO)):
    g = orden[peor == es_peor]
    error = [g["exactitud"] - g["desde"], g["hasta"] - g["exactitud"]]
    nombre = "más de 5 puntos por debajo del total" if es_peor else None
    ax.errorbar(g["exactitud"], g.index, xerr=error, fmt="o", capsize=3, color=color, label=nombre)
ax.axvline(total, color=NEGRO, ls="--", lw=1.2)
ax.text(total + 0.003, len(orden) - 0.45, f"total: {total:.3f}", fontsize=9.5)
ax.set_yticks(orden.index, orden["factor"] + ": " + orden["subgrupo"].astype(str))
ax.set(
    title="Una sola exactitud escondía a NOA, NEA y los más jóvenes",
    xlabel="exactitud, con intervalo del 95 %",
    ylim=(-0.6, len(orden)),
)
ax.legend(loc="lower left")
plt.show()

# %% [markdown]
# El total era cierto y **engañoso**. **El arreglo**: medir por subgrupo, decir cuántos casos hay atrás de cada número,
# y sacar consecuencias. Los números de la card salen del código, no de la memoria:

# %%
noa, nea, joven, amba = (
    subgrupos.set_index("subgrupo").loc[g] for g in ("NOA", "NEA", "18–26", "AMBA")
)
Markdown(f"""
> **Model card (fragmento de la versión buena)**
>
> **Uso previsto.** Ordenar solicitudes de crédito al consumo para que decida una persona.
> **Fuera de alcance:** rechazar automáticamente; créditos hipotecarios o para empresas.
>
> **Métricas.** Exactitud {total:.3f} en {len(prueba_card)} solicitudes de dos meses posteriores al
> entrenamiento. Decir siempre «paga» da {1 - prueba_card["mora"].mean():.3f}.
>
> | subgrupo | n | exactitud | intervalo del 95 % |
> |---|---|---|---|
> | AMBA | {amba.n} | {amba.exactitud:.3f} | {amba.desde:.3f} a {amba.hasta:.3f} |
> | NOA | {noa.n} | {noa.exactitud:.3f} | {noa.desde:.3f} a {noa.hasta:.3f} |
> | NEA | {nea.n} | {nea.exactitud:.3f} | {nea.desde:.3f} a {nea.hasta:.3f} |
> | 18–26 años | {joven.n} | {joven.exactitud:.3f} | {joven.desde:.3f} a {joven.hasta:.3f} |
>
> **Limitaciones y recomendaciones.** En NOA, en NEA y en menores de 27 años el modelo se equivoca
> bastante más: esas solicitudes van siempre a revisión manual. Se vigila con `alertas.yaml`.
""")

# %% [markdown]
# Y la **datasheet** contesta siete preguntas sobre los datos. La de esta clase está en
# `datasets/README.md`: motivación, composición, recolección, preprocesamiento, usos, distribución y mantenimiento.
#
# ### Pregunta frecuente: ¿model card o documentación clásica?
#
# **Las dos: no compiten.** La documentación dice cómo *se usa* el sistema; la card, cómo *se comporta* el modelo y
# con quiénes falla. Y puede ser obligatoria: para el **AI Act** europeo, evaluar la solvencia de una
# persona es de **alto riesgo** (Anexo III), y el **Anexo IV** lista la documentación técnica exigida:
#
# | Anexo IV pide | dónde lo tenemos |
# |---|---|
# | 1. Descripción general: finalidad, versión, cómo interactúa con otros sistemas | model card (*detalles*, *uso previsto*), `servicio.py` |
# | 2. Elementos y desarrollo: datos, diseño, entrenamiento, pruebas, ciberseguridad | datasheet, sidecar, model card (*datos*, *métricas*) |
# | 3. Supervisión, funcionamiento y control: capacidades, límites, exactitud por grupo de personas | model card (subgrupos, *limitaciones*) |
# | 4. Por qué esas métricas son adecuadas | model card (*métricas*) |
# | 5. Gestión de riesgos | model card (*consideraciones éticas*), y un proceso propio |
# | 6. Cambios durante el ciclo de vida | `bitacora.jsonl` del registro |
# | 7 y 8. Normas aplicadas y declaración UE de conformidad | fuera de este repositorio: lo firma la empresa |
# | 9. Plan de seguimiento después de la comercialización | `alertas.yaml` y `runbook.md` |
#
# > **Para llevarte.** Sin números por subgrupo, una card es publicidad. Decí para qué **no** sirve.
#
# ---
# ## 8. Gobierno y rollback (4 min)
#
# **La idea.** Gobernar es poder contestar *qué versión atiende, quién la puso, cuándo y por qué*, y
# poder **volver atrás** sin pensarlo. `registro.py` lo hace con archivos:
#
# - cada versión es una carpeta de **solo lectura**: no se edita, se publica otra;
# - `current` dice cuál atiende, y se cambia con `os.replace`, que es **atómico**: quien lo lee ve la
#   versión vieja o la nueva, nunca una mitad;
# - la **bitácora** solo crece;
# - al cargar se comprueba la huella.
#
# ### El simulacro
#
# Un rollback que nunca se ensayó no existe. Ensayemos: alguien publica el modelo del error de unidades
# (tema 4), apurado, sin shadow ni canary. El servicio está **andando** y no lo vamos a reiniciar.
#
# **Antes de correr, ¿qué esperás ver?** ¿Qué alerta suena primero, sin ninguna etiqueta? Después del
# rollback, ¿las predicciones van a ser *parecidas* a las de antes o *idénticas*?

# %%
control = lote[:50]
regla = next(r for r in reglas if r["nombre"] == "tasa-de-rechazo")


def atender(cliente):
    """Manda los pedidos de control; devuelve (versión, probabilidades)."""
    respuestas = [cliente.post("/predict", json=p).json() for p in control]
    return respuestas[-1]["version"], [r["probabilidad"] for r in respuestas]


def tasa_de_rechazo(cliente, version):
    """La calcula con /metrics, como la calcularía Prometheus."""
    familias = text_string_to_metric_families(cliente.get("/metrics").text)
    muestras = next(f for f in familias if f.name == "predicciones").samples
    cuentas = {m.labels["decision"]: m.value for m in muestras if m.labels["version"] == version}
    return cuentas.get("mora", 0) / sum(cuentas.values())


momentos = {}
with servicio_en_marcha(registro.carpeta, TALLER / "simulacro.log") as cliente:
    momentos["antes"] = *atender(cliente), tasa_de_rechazo(cliente, "v1")

    mala = registro.publicar(v2_malo, {"metricas": {"exactitud": "sin medir"}}, quien="beto")
    registro.promover(mala, quien="beto", motivo="hay drift: reentrenado")
    momentos["versión mala"] = *atender(cliente), tasa_de_rechazo(cliente, "v2")

    if momentos["versión mala"][2] > regla["umbral"]:  # la alerta: actúa la guardia
        registro.volver(quien="guardia", motivo=regla["nombre"])
    momentos["después"] = *atender(cliente), tasa_de_rechazo(cliente, "v1")

for nombre, (version, _, tasa) in momentos.items():
    estado = "ALERTA" if tasa > regla["umbral"] else "ok"
    print(f"{nombre:13s} atiende {version} · predice mora en {tasa:4.0%} · {estado}")
print("¿predicciones idénticas a las de antes?", momentos["antes"][1] == momentos["después"][1])

# %% jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(9, 3.6))
for k, (nombre, (version, probabilidades, _)) in enumerate(momentos.items()):
    x = np.arange(50) + 50 * k
    ax.scatter(x, probabilidades, s=18, color=ROJO if version == "v2" else AZUL)
    ax.text(50 * k + 1, 1.04, f"{nombre} · {version}", fontsize=9.5)
for corte, texto, x in ((49.5, "← se promueve v2", 51), (99.5, "rollback →", 86)):
    ax.axvline(corte, color=NEGRO, ls="--", lw=1.2)
    ax.text(x, 0.25, texto, fontsize=9.5)
ax.axhline(0.5, color=NEGRO, lw=0.8)
ax.text(75, 0.52, "umbral", fontsize=9.5, ha="center")
ax.set(
    title="Con v2, todos iban a caer en mora; el rollback devolvió los mismos puntos",
    xlabel="pedido",
    ylabel="probabilidad de mora",
    ylim=(0, 1.12),
    xlim=(-2, 152),
)
plt.show()

# %% [markdown]
# Idénticas, bit a bit: no se reconstruyó nada, se volvió a apuntar al **mismo** archivo. Lo que pasó quedó escrito:

# %%
pd.DataFrame(registro.bitacora()).drop(columns="cuando").fillna("—")

# %% [markdown]
# ¿Y si alguien «arregla» a mano un archivo publicado? Un byte alcanza para que no cargue, y el servicio
# sigue con la versión que tenía:

# %%
intocable = registro.carpeta / "v2" / "modelo.joblib"
intocable.chmod(0o644)
contenido = bytearray(intocable.read_bytes())
contenido[len(contenido) // 2] ^= 1
intocable.write_bytes(contenido)
try:
    registro.cargar("v2")
except ArtefactoCorrupto as error:
    print("ArtefactoCorrupto:", error)

# %% [markdown]
# La huella protege de descuidos y de discos rotos. De alguien que pueda cambiar el archivo **y** el
# sidecar, protegen los permisos y las firmas.
#
# > **Para llevarte.** Versiones inmutables, un puntero atómico, una bitácora, y el rollback
# > **ensayado** antes de necesitarlo.

# %%
taller.cleanup()  # no dejamos nada en el disco

# %% [markdown]
# ---
# ## Cierre (2 min)
#
# | error común | cómo se ve | cómo se arregla |
# |---|---|---|
# | 1. Cambió la versión de scikit-learn | avisa, o predice distinto | sidecar, y verificar antes de cargar |
# | 2. PSI siempre 0, o infinito | deciles propios, o un tramo vacío | cortes de la referencia y un piso |
# | 3. Reentrenar «por las dudas» | la respuesta salta de semana a semana | gatillo con motivo y más datos |
# | 4. A/B que «no da» | pocos días, poca potencia | calcular el tamaño antes |
# | 5. Una sola exactitud | un subgrupo escondido | métricas por subgrupo, con n e intervalo |
#
# **Antes de irte**, contestá sin mirar: ¿por qué el PSI no vio lo de abril? ¿Por qué reentrenar en
# marzo no ayudó? ¿Qué harías primero si suena *tasa-de-rechazo*?
#
# ### Glosario
#
# | término | qué quiere decir acá |
# |---|---|
# | **A/B** | experimento: la gente se reparte al azar entre dos versiones y se compara el resultado |
# | **artefacto** | el archivo con el modelo entrenado |
# | **bitácora** | la lista de cambios del registro; solo se le agrega |
# | **canary** | publicar para una parte chica del tráfico, con un freno automático |
# | **cohorte** | las solicitudes de un mismo período; **madura** cuando llegaron todas sus etiquetas |
# | **data drift** | cambia P(X): quiénes piden |
# | **datasheet** | la documentación de un conjunto de datos |
# | **drift** | que los datos, o lo que hay que aprender de ellos, cambien con el tiempo |
# | **etiqueta** | lo que el modelo quería predecir, cuando por fin se sabe |
# | **exactitud** | proporción de respuestas correctas (*accuracy*) |
# | **guardrail** | el límite que, si se pasa, corta el experimento |
# | **KPI** | la métrica que le importa al negocio; acá, la exactitud en cohortes maduras |
# | **log** | una línea JSON por cada pedido que atendió el servicio |
# | **model card** | la documentación de un modelo: usos, límites y métricas por subgrupo |
# | **model drift** | cambia P(y \| X): cómo se comporta la misma persona (*concept drift*) |
# | **potencia** | probabilidad de detectar un efecto que existe |
# | **producción** | lo que llega ahora; se compara con la referencia |
# | **PSI** | cuánto cambió el reparto por tramos entre referencia y producción |
# | **referencia** | los datos con que se entrenó; contra ellos se mide el drift |
# | **registro** | la carpeta con las versiones, el puntero y la bitácora |
# | **rollback** | volver a la versión anterior |
# | **runbook** | qué hace la guardia cuando suena cada alerta |
# | **shadow deploy** | la versión nueva responde en paralelo, pero nadie recibe su respuesta |
# | **sidecar** | el archivo de metadatos que acompaña al artefacto; en el ejercicio 1, la *ficha* |
#
# ### Referencias
#
# - Géron, A. *Hands-On Machine Learning with Scikit-Learn, Keras & TensorFlow*, cap. 2, § *Launch,
#   Monitor, and Maintain Your System*.
# - Mitchell, M. et al. (2019). *Model Cards for Model Reporting*. <https://arxiv.org/abs/1810.03993>
# - Gebru, T. et al. (2018). *Datasheets for Datasets*. <https://arxiv.org/abs/1803.09010>
# - Hugging Face, guía de model cards. <https://huggingface.co/docs/hub/model-cards>
# - Google, *model-card-toolkit*. <https://github.com/tensorflow/model-card-toolkit>
# - Reglamento (UE) 2024/1689 (AI Act), Anexo IV. <https://eur-lex.europa.eu/eli/reg/2024/1689/oj>
# - Connor, R. J. (1987). *Sample size for testing differences in proportions for the paired-sample
#   design*. Biometrics 43(1).
# - scikit-learn, *Model persistence*. <https://scikit-learn.org/stable/model_persistence.html>
#
# ### Lo que sigue
#
# Ejercicios 1 a 5 y el homework. **Próxima clase: 060, Model Cards y Responsible ML.**
