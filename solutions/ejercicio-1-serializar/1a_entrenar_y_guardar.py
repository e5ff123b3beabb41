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
# # Ejercicio 1a · Entrenar y guardar
#
# **20 minutos · 7 puntos** (6 automáticos y 1 que corrige una persona)
#
# Un modelo que vive en la memoria de tu cuaderno no le sirve a nadie. Para que otro programa lo use
# hay que **serializarlo**: convertirlo en un archivo. Y un archivo suelto, sin nada que diga qué es,
# dentro de un año va a ser un misterio. Acá guardás las dos cosas: el modelo y su **ficha** (en la
# clase la llamamos *sidecar*).
#
# Este ejercicio tiene dos cuadernos. En este entrenás y guardás; en
# [`1b_cargar_y_verificar`](1b_cargar_y_verificar.ipynb), que es **otro proceso**, cargás y verificás.
#
# Al terminar vas a poder:
#
# 1. entrenar un `Pipeline` que aguanta los datos de producción, y no solo los del curso;
# 2. guardarlo con `joblib` de modo que otro proceso prediga exactamente lo mismo;
# 3. identificar un archivo por su contenido, con un hash SHA-256;
# 4. escribir una ficha que diga con qué, con qué datos y cuándo se hizo.
#
# | parte | qué escribís | puntos |
# |---|---|---|
# | 1 | `entrenar` | 2 |
# | 2 | `sha256_de_archivo` | 1 |
# | 3 | `guardar` | 3 |
# | 4 | tu interpretación, en palabras | 1 |

# %%
# Imports y configuración inicial
import hashlib
import json
import platform
import tempfile
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import joblib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

DATOS = next(
    carpeta / "datasets"
    for carpeta in [Path.cwd(), *Path.cwd().parents]
    if (carpeta / "datasets").is_dir()
)
plt.style.use(DATOS / "estilo.mplstyle")
SEMILLA = 59

# %% [markdown]
# ## Un ejemplo resuelto: del objeto al archivo, y vuelta
#
# Otros datos: 178 vinos de tres cepas. Entrenamos un clasificador, lo guardamos con `joblib.dump` y
# lo leemos con `joblib.load`.
#
# **Antes de correr, ¿qué esperás ver?** Lo que se lee, ¿es el mismo objeto que se guardó? ¿Predice lo
# mismo, o *casi* lo mismo?

# %%
vinos, cepa = load_wine(return_X_y=True, as_frame=True)
original = make_pipeline(StandardScaler(), LogisticRegression()).fit(vinos, cepa)

with tempfile.TemporaryDirectory() as carpeta:
    ruta = Path(carpeta) / "vinos.joblib"
    joblib.dump(original, ruta)
    copia = joblib.load(ruta)

iguales = copia.predict_proba(vinos) == original.predict_proba(vinos)
print("¿Es el mismo objeto?", copia is original)
print("¿Son iguales todas las probabilidades, hasta el último decimal?", bool(iguales.all()))

# %% [markdown]
# Es **otro objeto** con **el mismo contenido**: el escalador recuerda sus medias; la regresión, sus
# coeficientes. Por eso predice exactamente lo mismo, y no «parecido».
#
# ¿Y cómo se sabe si dos archivos son el mismo? Con un **hash**: una huella del contenido. SHA-256
# convierte cualquier cantidad de bytes en 64 cifras hexadecimales. Mirá qué pasa si cambia **una**
# letra:

# %%
for contenido in (b"modelo aprobado", b"modelo aprobada", b"modelo aprobado"):
    print(contenido.decode(), "→", hashlib.sha256(contenido).hexdigest()[:32], "…")

# %% [markdown]
# El mismo contenido da siempre la misma huella. Un contenido apenas distinto da otra, que no se le
# parece en nada.
#
# ## Los datos
#
# El Titanic: 891 pasajeros, y si sobrevivieron o no.

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

print(f"{len(X_entrenamiento)} pasajeros para entrenar y {len(X_evaluacion)} para evaluar")
pd.DataFrame(
    {
        "tipo": ["texto" if columna in ("sex", "embarked") else "número" for columna in COLUMNAS],
        "faltantes": titanic[COLUMNAS].isna().sum(),
        "ejemplo": titanic.loc[0, COLUMNAS],
    }
)

# %% [markdown]
# ## Parte 1 · Entrenar
#
# Escribí `entrenar(X, y)`. Recibe un DataFrame con las siete columnas de `COLUMNAS`, tal como vienen,
# y una Series de ceros y unos. Devuelve un `Pipeline` **ya entrenado** con esos `X` e `y`. Tiene que
# cumplir:
#
# 1. **El último paso es un `RandomForestClassifier`** de 20 a 50 árboles, con `n_jobs=1`. (Con 20
#    árboles de profundidad 6 alcanza, y el archivo queda chico).
# 2. **Todo el preprocesamiento va adentro**: quien lo use le pasa las columnas originales, con sus
#    textos y sus faltantes. Usá solo piezas de scikit-learn: una función definida en este cuaderno no
#    existe en el otro proceso, y ahí el archivo no carga.
# 3. **Aguanta producción**: puede faltar el dato de cualquier pasajero en `age` y en `embarked`, y
#    puede llegar un puerto (`embarked`) que no estaba en el entrenamiento. No falla: predice igual.
# 4. **Es reproducible**: con los mismos datos, entrenar dos veces da el mismo modelo
#    (`random_state=SEMILLA`).
#
# Las piezas están importadas: `make_pipeline`, `make_column_transformer`, `OneHotEncoder`,
# `SimpleImputer`. Buscá en `OneHotEncoder` qué hacer con una categoría desconocida
# (`handle_unknown`).
#
# **Antes de correr, ¿qué esperás ver?** Si el modelo dijera siempre «no sobrevivió», acertaría en 61
# de cada 100. ¿Cuánto más va a acertar tu bosque?


# %% nbgrader={"grade": false, "grade_id": "entrenar", "locked": false, "schema_version": 3, "solution": true, "task": false}
def entrenar(X, y):
    """Entrena el clasificador del Titanic.

    X: DataFrame con las columnas de COLUMNAS (textos y faltantes incluidos).
    y: Series de 0 (no sobrevivió) y 1 (sobrevivió), una por fila de X.
    Devuelve un Pipeline entrenado, cuyo último paso es un RandomForestClassifier.
    """
    ### BEGIN SOLUTION
    textos = ["sex", "embarked"]
    numeros = ["pclass", "age", "sibsp", "parch", "fare"]
    preparacion = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), textos),
        (SimpleImputer(strategy="median"), numeros),
    )
    bosque = RandomForestClassifier(n_estimators=20, max_depth=6, n_jobs=1, random_state=SEMILLA)
    return make_pipeline(preparacion, bosque).fit(X, y)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "entrenar-autotest", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
modelo = entrenar(X_entrenamiento, y_entrenamiento)  # el que usa el resto del cuaderno


def probar_entrenar():
    assert isinstance(modelo, Pipeline), (
        f"entrenar tiene que devolver un Pipeline y devolvió un {type(modelo).__name__}. "
        "¿Pusiste el return? ¿Usaste make_pipeline?"
    )
    assert isinstance(modelo[-1], RandomForestClassifier), (
        f"El último paso es un {type(modelo[-1]).__name__}: tiene que ser un RandomForestClassifier."
    )
    antes = modelo.predict_proba(X_evaluacion)
    acierto = ((antes[:, 1] > 0.5) == y_evaluacion).mean()
    assert acierto > 0.72, (
        f"Acierta en {acierto:.0%} de los pasajeros que no vio. ¿Entra `sex` en el modelo? "
        "¿Entrenaste con X e y?"
    )
    en_contra = entrenar(X_entrenamiento, 1 - y_entrenamiento)
    assert (en_contra.predict(X_evaluacion) == y_evaluacion).mean() < 0.28, (
        "Con las etiquetas dadas vuelta, el modelo tendría que aprender lo contrario. "
        "¿Entrenás con los argumentos X e y, o con las variables del cuaderno?"
    )
    raros = X_evaluacion.head(4).assign(age=np.nan, embarked=["S", None, "Rosario", "Ushuaia"])
    try:
        respuestas = modelo.predict(raros)
    except ValueError as error:
        raise AssertionError(
            "Con un puerto nuevo o un dato que falta, el modelo no pudo predecir. Poné un "
            f"SimpleImputer y un OneHotEncoder(handle_unknown='ignore'). El error fue: {error}"
        ) from None
    assert len(respuestas) == 4, "Tiene que haber una predicción por pasajero."

    despues = entrenar(X_entrenamiento, y_entrenamiento).predict_proba(X_evaluacion)
    assert (antes == despues).all(), (
        "Entrenaste dos veces con los mismos datos y salieron dos modelos distintos: "
        "fijá random_state=SEMILLA en el bosque."
    )


probar_entrenar()
print("✅ El Pipeline entrena, aguanta datos de producción y es reproducible")

# %% [markdown]
# ### ¿Sirve para algo?
#
# La figura muestra qué probabilidad de sobrevivir le dio el modelo a cada pasajero **que no vio**.

# %% nbgrader={"grade": false, "grade_id": "figura-probabilidades", "locked": true, "schema_version": 3, "solution": false, "task": false}
if "modelo" not in globals():
    raise NotImplementedError("Todavía no hay un `modelo`: completá `entrenar` (parte 1).")
probabilidad = modelo.predict_proba(X_evaluacion)[:, 1]
acierto = ((probabilidad > 0.5) == y_evaluacion).mean()
mayoria = 1 - y_evaluacion.mean()

figura, ejes = plt.subplots(figsize=(7, 3.8))
ejes.hist(
    [probabilidad[y_evaluacion == 0], probabilidad[y_evaluacion == 1]],
    bins=np.linspace(0, 1, 11),
    label=["no sobrevivió", "sobrevivió"],
    hatch=["", "///"],
    edgecolor="white",
)
ejes.axvline(0.5, color="black", linestyle="--", label="umbral: 0,5")
ejes.set(
    title=f"El bosque acierta en {acierto:.0%}; decir siempre «no sobrevivió», en {mayoria:.0%}",
    xlabel="probabilidad de sobrevivir según el modelo",
    ylabel="pasajeros",
)
ejes.legend(loc="upper right")
plt.show()

# %% [markdown]
# Las dos montañas se separan: el modelo aprendió algo. Las barras rayadas de la izquierda son quienes
# sobrevivieron y el modelo dio por perdidos. Ese error también se va a guardar en el archivo:
# serializar no mejora nada, solo conserva.
#
# ## Un error frecuente: guardar el bosque y olvidar el resto
#
# El `RandomForestClassifier` es «el modelo», ¿no? Guardemos solo eso, y que otro programa lo cargue y
# le pase tres pasajeros.

# %% nbgrader={"grade": false, "grade_id": "error-frecuente", "locked": true, "schema_version": 3, "solution": false, "task": false}
if "modelo" not in globals():
    raise NotImplementedError("Todavía no hay un `modelo`: completá `entrenar` (parte 1).")
tres = X_evaluacion.head(3)

with tempfile.TemporaryDirectory() as carpeta:
    for nombre, objeto in {"solo el bosque": modelo[-1], "el Pipeline": modelo}.items():
        ruta = Path(carpeta) / "prueba.joblib"
        joblib.dump(objeto, ruta)
        try:
            with warnings.catch_warnings(action="ignore"):
                respuesta = joblib.load(ruta).predict(tres).tolist()
        except ValueError as error:
            respuesta = f"ValueError: {str(error).splitlines()[0]}"
        print(f"{nombre:15s} → {respuesta}")

# %% [markdown]
# El bosque solo espera números en el orden en que los dejó el preprocesamiento, y ese orden se perdió.
# Quien lo cargue va a tener que reescribir la preparación de memoria, y cualquier diferencia (otra
# mediana, las columnas en otro orden) cambia las predicciones **sin avisar**. Arreglo: **se guarda el
# `Pipeline` entero**.
#
# ## Parte 2 · La huella de un archivo
#
# Escribí `sha256_de_archivo(ruta)`. Recibe un `Path` y devuelve el SHA-256 del **contenido** del
# archivo: un texto (`str`) de 64 cifras hexadecimales en minúscula, como el que da `.hexdigest()`.
#
# El archivo puede tener bytes que no son texto: leelo en binario, con `ruta.read_bytes()` o
# `open(ruta, "rb")`.


# %% nbgrader={"grade": false, "grade_id": "sha256", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sha256_de_archivo(ruta):
    """Calcula la huella SHA-256 del contenido de un archivo.

    ruta: Path del archivo.
    Devuelve un str de 64 cifras hexadecimales en minúscula.
    """
    ### BEGIN SOLUTION
    return hashlib.sha256(ruta.read_bytes()).hexdigest()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "sha256-autotest", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def probar_sha256():
    with tempfile.TemporaryDirectory() as carpeta:
        uno, otro = Path(carpeta) / "uno.bin", Path(carpeta) / "otro.bin"
        uno.write_bytes(b"abc")
        otro.write_bytes(b"abc")
        huella = sha256_de_archivo(uno)
        assert isinstance(huella, str), (
            f"Devolvió un {type(huella).__name__} y tiene que ser un str: usá .hexdigest()."
        )
        assert huella != hashlib.sha256(str(uno).encode()).hexdigest(), (
            "Esa es la huella del nombre del archivo. Falta leer lo que tiene adentro."
        )
        assert len(huella) == 64, (
            f"La huella tiene {len(huella)} caracteres y SHA-256 da 64. ¿Usaste hashlib.sha256?"
        )
        assert huella == sha256_de_archivo(otro), (
            "Dos archivos con el mismo contenido tienen que dar la misma huella."
        )
        # El valor publicado para "abc" (norma FIPS 180-4, ejemplo oficial)
        assert huella.startswith("ba7816bf") and huella.endswith("f20015ad"), (
            "No es el SHA-256 del contenido. Leé los bytes del archivo, sin decodificarlos."
        )
        otro.write_bytes(bytes(range(256)))
        assert sha256_de_archivo(otro) != huella, "Cambió el contenido y la huella sigue igual."


probar_sha256()
print("✅ La huella depende del contenido, y solo del contenido")

# %% [markdown]
# ## Parte 3 · Guardar el modelo y su ficha
#
# Escribí `guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas)`. Hace dos archivos:
#
# - en `ruta_modelo`, el modelo, con `joblib.dump`;
# - en `ruta_ficha`, un **JSON** (texto en UTF-8) con estas ocho claves:
#
# | clave | tipo | qué es |
# |---|---|---|
# | `"archivo"` | `str` | el nombre del archivo del modelo, sin carpetas: `ruta_modelo.name` |
# | `"sha256"` | `str` | la huella del archivo del modelo, **ya escrito** |
# | `"sha256_datos"` | `str` | la huella del archivo de datos, `ruta_datos` |
# | `"scikit_learn"` | `str` | la versión: `sklearn.__version__` |
# | `"python"` | `str` | la versión: `platform.python_version()` |
# | `"columnas"` | `list` de `str` | las que espera el modelo, en orden: `modelo.feature_names_in_` |
# | `"metricas"` | `dict` | el diccionario recibido, tal cual |
# | `"fecha"` | `str` | ahora, en UTC, en formato ISO 8601: `datetime.now(UTC).isoformat()` |
#
# Devuelve la ficha como `dict`: lo mismo que quedó en el JSON.
#
# `modelo` es cualquier estimador de scikit-learn entrenado con un DataFrame; las tres rutas son
# `Path`; los valores de `metricas` son números de Python.
#
# Dos pistas: `json.dumps` no sabe qué hacer con un array de NumPy (convertilo con `.tolist()`), y el
# orden importa: primero el modelo, después su huella, al final la ficha.


# %% nbgrader={"grade": false, "grade_id": "guardar", "locked": false, "schema_version": 3, "solution": true, "task": false}
def guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas):
    """Guarda un modelo entrenado y, al lado, la ficha que lo identifica.

    modelo: estimador de scikit-learn entrenado con un DataFrame.
    ruta_modelo, ruta_ficha: Path donde se escriben el modelo (joblib) y la ficha (JSON).
    ruta_datos: Path del archivo con el que se entrenó.
    metricas: dict de nombre a número.
    Devuelve la ficha: dict con las claves "archivo", "sha256", "sha256_datos", "scikit_learn",
    "python", "columnas", "metricas" y "fecha".
    """
    ### BEGIN SOLUTION
    joblib.dump(modelo, ruta_modelo)
    ficha = {
        "archivo": ruta_modelo.name,
        "sha256": sha256_de_archivo(ruta_modelo),
        "sha256_datos": sha256_de_archivo(ruta_datos),
        "scikit_learn": sklearn.__version__,
        "python": platform.python_version(),
        "columnas": modelo.feature_names_in_.tolist(),
        "metricas": metricas,
        "fecha": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    ruta_ficha.write_text(json.dumps(ficha, indent=2, ensure_ascii=False), encoding="utf-8")
    return ficha
    ### END SOLUTION


# %% [markdown]
# La prueba guarda un modelo de juguete, en una carpeta provisoria, y revisa los dos archivos.


# %% nbgrader={"grade": true, "grade_id": "guardar-autotest", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def probar_guardar():
    juguete = LogisticRegression().fit(
        pd.DataFrame({"b": [0, 1, 2, 3], "a": [1, 0, 1, 0]}), [0, 0, 1, 1]
    )

    with tempfile.TemporaryDirectory() as carpeta:
        ruta_modelo, ruta_ficha = Path(carpeta) / "juguete.joblib", Path(carpeta) / "juguete.json"
        ruta_datos = Path(carpeta) / "datos.csv"
        ruta_datos.write_text("b,a\n0,1\n1,0\n", encoding="utf-8")
        devuelta = guardar(juguete, ruta_modelo, ruta_ficha, ruta_datos, {"accuracy": 0.75})

        assert ruta_modelo.is_file(), (
            "No hay un archivo en ruta_modelo: joblib.dump(modelo, ruta_modelo)."
        )
        assert ruta_ficha.is_file(), "No hay un archivo en ruta_ficha: falta escribir el JSON."
        assert isinstance(joblib.load(ruta_modelo), LogisticRegression), (
            "En ruta_modelo no está el modelo recibido."
        )
        try:
            escrita = json.loads(ruta_ficha.read_text(encoding="utf-8"))
        except ValueError as error:
            raise AssertionError(
                f"La ficha no es un JSON que se pueda leer: {error}. Usá json.dumps."
            ) from None
        huella_modelo = hashlib.sha256(ruta_modelo.read_bytes()).hexdigest()
        huella_datos = hashlib.sha256(ruta_datos.read_bytes()).hexdigest()

    assert isinstance(escrita, dict), "La ficha tiene que ser un diccionario."
    faltan = {
        "archivo",
        "sha256",
        "sha256_datos",
        "scikit_learn",
        "python",
        "columnas",
        "metricas",
        "fecha",
    } - set(escrita)
    assert not faltan, f"A la ficha le faltan estas claves: {sorted(faltan)}."
    assert devuelta == escrita, "guardar tiene que devolver la misma ficha que quedó en el archivo."
    assert escrita["archivo"] == "juguete.joblib", (
        "archivo es el nombre, sin carpetas: ruta_modelo.name."
    )
    assert escrita["sha256"] == huella_modelo, (
        "sha256 no es la huella del archivo guardado. ¿La calculás después de joblib.dump?"
    )
    assert escrita["sha256_datos"] == huella_datos, "sha256_datos no es la huella de ruta_datos."
    assert escrita["scikit_learn"] == sklearn.__version__, "scikit_learn es sklearn.__version__."
    assert escrita["python"] == platform.python_version(), "python es platform.python_version()."
    assert escrita["columnas"] == ["b", "a"], (
        "columnas son las de modelo.feature_names_in_, como lista y en el mismo orden."
    )
    assert escrita["metricas"] == {"accuracy": 0.75}, (
        "metricas es el diccionario recibido, tal cual."
    )
    fecha = datetime.fromisoformat(escrita["fecha"]).replace(tzinfo=None)
    ahora = datetime.now(UTC).replace(tzinfo=None)
    assert abs(ahora - fecha) < timedelta(days=1), "fecha tiene que ser la de este momento."


probar_guardar()
print("✅ El modelo está guardado y su ficha dice la verdad")

# %% [markdown]
# ### A guardar el de verdad
#
# Los nombres son fijos, porque el cuaderno 1b los busca: `modelo_titanic.joblib`,
# `modelo_titanic.json` y `control_titanic.npz`. El tercero son las **predicciones de control**: lo que
# este modelo respondió hoy a pasajeros conocidos. Es la prueba de que mañana, en otra máquina,
# responde lo mismo.

# %% tags=["nbval-ignore-output"] nbgrader={"grade": false, "grade_id": "guardar-titanic", "locked": true, "schema_version": 3, "solution": false, "task": false}
if "modelo" not in globals():
    raise NotImplementedError("Todavía no hay un `modelo`: completá `entrenar` (parte 1).")
etiquetas, probabilidades = modelo.predict(X_evaluacion), modelo.predict_proba(X_evaluacion)
metricas = {
    "accuracy": round(float((etiquetas == y_evaluacion).mean()), 4),
    "roc_auc": round(float(roc_auc_score(y_evaluacion, probabilidades[:, 1])), 4),
    "n_evaluacion": len(y_evaluacion),
}
ficha = guardar(
    modelo,
    ruta_modelo=Path("modelo_titanic.joblib"),
    ruta_ficha=Path("modelo_titanic.json"),
    ruta_datos=DATOS / "titanic.csv",
    metricas=metricas,
)
np.savez(
    "control_titanic.npz",
    filas=X_evaluacion.index,
    etiquetas=etiquetas,
    probabilidades=probabilidades,
)
print(json.dumps(ficha, indent=2, ensure_ascii=False))

# %% [markdown]
# Leé tu ficha como si fueras otra persona, dentro de un año. ¿Qué podés afirmar de ese archivo, sin
# cargarlo ni preguntarle a nadie?
#
# ## Parte 4 · Interpretá (1 punto)
#
# Llega un correo: «*Te paso `modelo_final_v2.joblib`, el que usábamos el año pasado. Anda bárbaro*».
# Es un archivo solo, sin ficha. En cinco o seis renglones:
#
# 1. Nombrá **tres cosas** que no podés saber, y qué puede salir mal por cada una.
# 2. ¿Qué claves de tu ficha las contestan?

# %% [markdown] nbgrader={"grade": true, "grade_id": "interpretacion-ficha", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}
# **Respuesta modelo.** Sin ficha no sé (1) **con qué versión de scikit-learn** se guardó: puede no
# cargar o, peor, cargar y predecir distinto; lo contesta `scikit_learn` (y `python`). (2) **Si es el
# archivo que se aprobó**, o uno dañado o cambiado: lo contesta `sha256`. (3) **Con qué datos se
# entrenó**: si no los puedo identificar, no lo puedo reproducir ni saber si vio mis datos de
# evaluación; lo contesta `sha256_datos`. Además: qué columnas espera y en qué orden (`columnas`), qué
# tan bueno era (`metricas`: *anda bárbaro* no es un número) y de cuándo es (`fecha`).
#
# **Rúbrica (1 punto).** 0,5 por tres cosas distintas, cada una con una consecuencia concreta (no
# alcanza con «es riesgoso»). 0,5 por unirlas con la clave que las contesta. Con dos bien
# explicadas, 0,25 en cada mitad.

# %% [markdown]
# ## Para llevarte
#
# - Se guarda el **`Pipeline` entero**: un clasificador sin su preprocesamiento es medio modelo.
# - Un modelo es un **archivo con identidad**: su hash dice *cuál* es; su ficha, *de dónde* salió.
# - La ficha se escribe **al guardar**, con el programa que guarda. A mano y después, miente.
# - Guardar unas predicciones de control no cuesta casi nada, y es la mejor prueba al cargar.
#
# **Seguí en [`1b_cargar_y_verificar`](1b_cargar_y_verificar.ipynb).**
#
# ## Bonus (sin puntos)
#
# 1. Guardá el mismo modelo con `compress=3` y compará el tamaño y la huella. ¿Cambia lo que predice?
#    Entonces, ¿qué identifica la huella: el modelo o el archivo?
# 2. Entrená con 1.000 árboles sin límite de profundidad. ¿Cuántas veces más grande es el archivo?
#    ¿Cuánto mejora la exactitud (*accuracy*)? ¿Lo pagarías en cada despliegue?
# 3. Guardá en la ficha las versiones de **todos** los paquetes, con `importlib.metadata`.
