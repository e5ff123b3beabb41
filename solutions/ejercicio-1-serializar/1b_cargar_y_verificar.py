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
# # Ejercicio 1b · Cargar y verificar
#
# **20 minutos · 5 puntos** (4 automáticos y 1 que corrige una persona)
#
# Cambiaste de lugar: este cuaderno es **otro proceso**. No entrena nada ni comparte memoria con el
# anterior: lo único que tiene son los archivos que dejó
# [`1a_entrenar_y_guardar`](1a_entrenar_y_guardar.ipynb) en esta carpeta. Si todavía no lo hiciste,
# empezá por ahí.
#
# Al terminar vas a poder:
#
# 1. demostrar que un modelo cargado predice **lo mismo** que cuando se guardó;
# 2. explicar por qué cargar un archivo es **ejecutarlo**, y por qué se verifica antes;
# 3. rechazar, con un mensaje claro, un modelo dañado, cambiado o hecho con otra versión.
#
# | parte | qué escribís | puntos |
# |---|---|---|
# | 1 | `mismas_predicciones` | 1 |
# | 2 | `cargar_verificado` | 3 |
# | 3 | tu interpretación, en palabras | 1 |

# %%
# Imports y configuración inicial
import hashlib
import io
import json
import pickle
import tempfile
import warnings
from pathlib import Path
from unittest.mock import patch

import joblib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import sklearn
from matplotlib.colors import ListedColormap
from sklearn.exceptions import InconsistentVersionWarning
from sklearn.tree import DecisionTreeClassifier

DATOS = next(
    carpeta / "datasets"
    for carpeta in [Path.cwd(), *Path.cwd().parents]
    if (carpeta / "datasets").is_dir()
)
plt.style.use(DATOS / "estilo.mplstyle")
SEMILLA = 59
COLUMNAS = ["pclass", "sex", "age", "sibsp", "parch", "fare", "embarked"]

# %% [markdown]
# ## Un ejemplo resuelto: cargar es ejecutar
#
# Un archivo de `joblib` (o de `pickle`, que es lo que usa por dentro) no es una tabla de números: es
# una lista de **instrucciones** para reconstruir un objeto. Quien escribe el archivo elige esas
# instrucciones.
#
# Esta clase no es un modelo ni lo parece. Al guardarla, anota una instrucción: *"para reconstruirme,
# llamá a `print` con este texto"*.
#
# **Antes de correr, ¿qué esperás ver?** El programa carga el archivo y no usa lo que cargó. ¿Se
# imprime algo?


# %%
class Sorpresa:
    def __reduce__(self):
        return print, ("👋 Me ejecuté mientras cargabas el archivo.",)


with tempfile.TemporaryDirectory() as carpeta:
    ruta = Path(carpeta) / "parece_un_modelo.joblib"
    joblib.dump(Sorpresa(), ruta)
    objeto = joblib.load(ruta)

print("Lo que devolvió joblib.load:", objeto)

# %% [markdown]
# Se ejecutó al cargar, antes de que pudieras mirarlo. En lugar de `print` podría haber sido cualquier
# otra función: borrar una carpeta, mandar tus claves por la red. Por eso la documentación de
# scikit-learn advierte: **no cargues archivos en los que no confiás**. Y por eso la verificación va
# **antes** de `joblib.load`. Después, ya es tarde.
#
# ## Los archivos de 1a


# %% nbgrader={"grade": false, "grade_id": "archivos", "locked": true, "schema_version": 3, "solution": false, "task": false}
def de_1a(nombre):
    """El Path de un archivo que dejó el cuaderno 1a en esta carpeta."""
    ruta = Path(nombre)
    if not ruta.is_file():
        raise NotImplementedError(
            f"Todavía no está {nombre}: completá y ejecutá antes 1a_entrenar_y_guardar."
        )
    return ruta


for nombre in ("modelo_titanic.joblib", "modelo_titanic.json", "control_titanic.npz"):
    print(f"{de_1a(nombre)} está")

# %% [markdown]
# ## Parte 1 · ¿Predice lo mismo?
#
# Escribí `mismas_predicciones(modelo, X, etiquetas, probabilidades)`, que compara lo que responde el
# modelo **ahora** con lo que se anotó **cuando se guardó**.
#
# | argumento | tipo | qué es |
# |---|---|---|
# | `modelo` | clasificador | tiene `predict` y `predict_proba` |
# | `X` | DataFrame de `n` filas | los casos de control |
# | `etiquetas` | array de forma `(n,)` | lo que respondió `predict` al guardarlo |
# | `probabilidades` | array de forma `(n, clases)` | lo que respondió `predict_proba` al guardarlo |
#
# Devuelve `True` si **todas** las etiquetas son iguales **y todas** las probabilidades también, y
# `False` si hay aunque sea una distinta. *Iguales* quiere decir iguales: en la misma máquina y con las
# mismas versiones no hay motivo para una diferencia. (Podés admitir hasta `1e-9`, por el redondeo).
#
# ¿Por qué mirar también las probabilidades? Porque un 0,51 y un 0,99 dan la misma etiqueta, y no son
# el mismo modelo.


# %% nbgrader={"grade": false, "grade_id": "comparar", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mismas_predicciones(modelo, X, etiquetas, probabilidades):
    """Dice si el modelo responde hoy lo mismo que cuando se guardó.

    modelo: clasificador con predict y predict_proba.
    X: DataFrame de n filas.
    etiquetas: array (n,) con las predicciones anotadas.
    probabilidades: array (n, clases) con las probabilidades anotadas.
    Devuelve True o False.
    """
    ### BEGIN SOLUTION
    return np.array_equal(modelo.predict(X), etiquetas) and np.array_equal(
        modelo.predict_proba(X), probabilidades
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "comparar-autotest", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
azar = np.random.default_rng(SEMILLA)
X_prueba = pd.DataFrame({"a": azar.normal(size=200), "b": azar.normal(size=200)})
arbol = DecisionTreeClassifier(max_depth=3, random_state=0).fit(
    X_prueba, X_prueba["a"] + azar.normal(size=200) > 0
)
anotadas, p_anotadas = arbol.predict(X_prueba), arbol.predict_proba(X_prueba)

resultado = mismas_predicciones(arbol, X_prueba, anotadas, p_anotadas)
assert isinstance(resultado, (bool, np.bool_)), (
    f"Devolvió un {type(resultado).__name__}; se espera True o False. "
    "¿Te quedó un array? Resumilo con .all()"
)
assert resultado, "Es el mismo modelo, con los mismos datos: tiene que dar True."

permutadas = anotadas.copy()
i, j = np.flatnonzero(anotadas)[0], np.flatnonzero(~anotadas)[0]
permutadas[[i, j]] = permutadas[[j, i]]  # igual cantidad de cada clase, en otro lugar
assert not mismas_predicciones(arbol, X_prueba, permutadas, p_anotadas), (
    "Dos etiquetas estaban cambiadas de lugar y dio True. Compará una por una: "
    "contarlas o promediarlas no alcanza."
)

p_corridas = p_anotadas.copy()
p_corridas[7] += [0.001, -0.001]
assert not mismas_predicciones(arbol, X_prueba, anotadas, p_corridas), (
    "Una sola probabilidad cambió en una milésima y dio True. ¿Comparás todas las "
    "probabilidades? ¿Con qué tolerancia?"
)
print("✅ Distingue el mismo modelo de uno apenas distinto")

# %% [markdown]
# ### El modelo de 1a, en este proceso
#
# Lo cargamos (es tuyo, de hace un rato) y lo ponemos frente a las predicciones de control.
#
# **Antes de correr, ¿qué esperás ver?** ¿Los puntos caen *sobre* la diagonal, o *cerca*?

# %% nbgrader={"grade": false, "grade_id": "figura-control", "locked": true, "schema_version": 3, "solution": false, "task": false}
control = np.load(de_1a("control_titanic.npz"))
pasajeros = pd.read_csv(DATOS / "titanic.csv").loc[control["filas"], COLUMNAS]
cargado = joblib.load(de_1a("modelo_titanic.joblib"))
identicas = mismas_predicciones(cargado, pasajeros, control["etiquetas"], control["probabilidades"])
print("¿Predice lo mismo que en 1a?", bool(identicas))

figura, ejes = plt.subplots(figsize=(4.8, 4.5))
antes, ahora = control["probabilidades"][:, 1], cargado.predict_proba(pasajeros)[:, 1]
ejes.plot([0, 1], [0, 1], "--", color="black", linewidth=1, zorder=1)
ejes.plot(antes, ahora, "o", color="C0", alpha=0.5, zorder=2)
ejes.text(0.5, 0.4, "diagonal: idénticas")
ejes.set(
    title=f"Diferencia máxima entre {len(antes)} pasajeros: {np.abs(antes - ahora).max():g}",
    xlabel="probabilidad anotada en 1a",
    ylabel="probabilidad en este proceso",
    aspect="equal",
)
plt.show()

# %% [markdown]
# Cero. No *casi* cero. Cualquier otro número sería una noticia: cambió el archivo, los datos o la
# biblioteca.
#
# ## Un error frecuente: «carga, así que anda»
#
# Se guardó con una versión de scikit-learn y se carga con otra. Para verlo sin instalar nada, guardamos
# un árbol haciéndole creer a scikit-learn que su versión es la 1.2.2.

# %%
with patch("sklearn.base.__version__", "1.2.2"):
    hecho_con_otra_version = pickle.dumps(arbol)

with warnings.catch_warnings(record=True) as avisos:
    warnings.simplefilter("always")
    pickle.loads(hecho_con_otra_version)
print("Sin configurar nada: carga, con el aviso", avisos[0].category.__name__)

with warnings.catch_warnings():
    warnings.simplefilter("error", InconsistentVersionWarning)
    try:
        pickle.loads(hecho_con_otra_version)
    except InconsistentVersionWarning as error:
        print("Con el aviso vuelto error: no carga. Se guardó con", error.original_sklearn_version)

# %% [markdown]
# Es un **aviso**: el programa sigue. En un servicio, los avisos terminan en un registro que nadie lee,
# y el modelo puede predecir distinto durante meses. Hay dos defensas:
#
# - convertir el aviso en error, como arriba: sirve, pero se entera **durante** la carga;
# - comparar las versiones **antes** de cargar, con la ficha. Es lo que vas a hacer ahora.
#
# ## Parte 2 · Cargar solo lo verificado
#
# Escribí `cargar_verificado(ruta_modelo, ruta_ficha)`. Las dos rutas son `Path`; la ficha es el JSON de
# 1a, y acá importan dos de sus claves: `"sha256"` (la huella del archivo del modelo) y
# `"scikit_learn"` (la versión con la que se guardó).
#
# | situación | qué hace | qué dice el mensaje |
# |---|---|---|
# | la huella y la versión coinciden | devuelve el modelo cargado | |
# | la huella del archivo no es la de la ficha | `ValueError` | el nombre del archivo (`ruta_modelo.name`) |
# | la versión no es **exactamente** `sklearn.__version__` | `ValueError` | las dos versiones |
# | a la ficha le falta una de esas dos claves | `ValueError` | el nombre de la clave que falta |
#
# Y lo más importante: **cuando rechaza, no cargó**. Ni siquiera una parte, ni «para probar».
#
# Si la ficha calla, se rechaza: una verificación que se saltea cuando falta el dato no protege de nada.
#
# Podés copiar tu `sha256_de_archivo` de 1a o usar `hashlib` directamente.


# %% nbgrader={"grade": false, "grade_id": "cargar-verificado", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cargar_verificado(ruta_modelo, ruta_ficha):
    """Carga un modelo solo si su huella y su versión de scikit-learn son las de la ficha.

    ruta_modelo: Path del archivo de joblib.
    ruta_ficha: Path del JSON con las claves "sha256" y "scikit_learn".
    Devuelve el modelo.
    Lanza ValueError, sin haber cargado nada, si algo no coincide o falta una clave.
    """
    ### BEGIN SOLUTION
    ficha = json.loads(ruta_ficha.read_text(encoding="utf-8"))
    for clave in ("sha256", "scikit_learn"):
        if clave not in ficha:
            raise ValueError(f"A la ficha {ruta_ficha.name} le falta la clave {clave!r}.")
    contenido = ruta_modelo.read_bytes()
    if hashlib.sha256(contenido).hexdigest() != ficha["sha256"]:
        raise ValueError(f"{ruta_modelo.name} no es el archivo que describe su ficha.")
    if ficha["scikit_learn"] != sklearn.__version__:
        raise ValueError(
            f"{ruta_modelo.name} se guardó con scikit-learn {ficha['scikit_learn']} "
            f"y acá está instalada la {sklearn.__version__}."
        )
    return joblib.load(io.BytesIO(contenido))  # se cargan los mismos bytes que se verificaron
    ### END SOLUTION


# %% [markdown]
# La prueba deja pares de archivos en una carpeta provisoria. Para saber si tu función cargó algo que no
# debía usa un **testigo**: un objeto que, al cargarse, deja un archivo `me_cargaron`.


# %% nbgrader={"grade": true, "grade_id": "cargar-verificado-autotest", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
class Testigo:
    def __init__(self, marca):
        self.marca = marca

    def __reduce__(self):
        return Path.touch, (self.marca,)


def probar_par(objeto, alterar=False, **cambios):
    """Guarda el par, lo carga con la función: lo que devolvió, el mensaje y si algo se cargó."""
    with tempfile.TemporaryDirectory() as carpeta:
        marca = Path(carpeta) / "me_cargaron"
        ruta_modelo, ruta_ficha = Path(carpeta) / "par.joblib", Path(carpeta) / "par.json"
        joblib.dump(objeto or Testigo(marca), ruta_modelo)
        contenido = ruta_modelo.read_bytes()
        ficha = {
            "sha256": hashlib.sha256(contenido).hexdigest(),
            "scikit_learn": sklearn.__version__,
        }
        ficha = {clave: v for clave, v in {**ficha, **cambios}.items() if v is not None}
        ruta_ficha.write_text(json.dumps(ficha), encoding="utf-8")
        if alterar:
            ruta_modelo.write_bytes(contenido + b"!")
        devuelto, mensaje = None, None
        try:
            devuelto = cargar_verificado(ruta_modelo, ruta_ficha)
        except ValueError as error:
            mensaje = str(error)
        except KeyError as error:
            raise AssertionError(
                f"Salió un KeyError: {error}. Se pide un ValueError que lo explique."
            ) from None
        return devuelto, mensaje, marca.exists()


def probar_cargar_verificado():
    devuelto, mensaje, _ = probar_par(arbol)
    assert mensaje is None, f"La huella y la versión coincidían, y lo rechazó: {mensaje}"
    assert isinstance(devuelto, DecisionTreeClassifier), (
        f"Con un par correcto tiene que devolver el modelo y devolvió {devuelto!r}."
    )

    aviso = "Rechazó el archivo, pero ya lo había cargado: verificá antes de joblib.load."
    devuelto, mensaje, cargado_igual = probar_par(None, alterar=True)
    assert mensaje is not None, "El archivo cambió después de escribirse la ficha y no lo rechazó."
    assert not cargado_igual, aviso
    assert "par.joblib" in mensaje, "Cuando la huella no coincide, el mensaje nombra el archivo."

    devuelto, mensaje, cargado_igual = probar_par(None, scikit_learn="1.2.2")
    assert mensaje is not None, "La ficha dice scikit-learn 1.2.2 y no lo rechazó."
    assert not cargado_igual, aviso
    assert "1.2.2" in mensaje and sklearn.__version__ in mensaje, (
        "Cuando la versión no coincide, el mensaje dice las dos: la de la ficha y la instalada."
    )

    for clave in ("sha256", "scikit_learn"):
        devuelto, mensaje, cargado_igual = probar_par(None, **{clave: None})
        assert mensaje is not None, f"A la ficha le faltaba {clave!r} y no lo rechazó."
        assert not cargado_igual, aviso
        assert clave in mensaje, f"El mensaje tiene que nombrar la clave que falta: {clave!r}."


probar_cargar_verificado()
print("✅ Carga lo que coincide, y rechaza lo demás sin haberlo cargado")

# %% [markdown]
# ### Un bit, de millones
#
# Ahora con el archivo de verdad. Primero, tal como está. Después, con **un solo bit** cambiado en el
# medio, como lo dejaría un disco que falla.
#
# **Antes de correr, ¿qué esperás ver?** SHA-256 tiene 256 bits. Si cambia un bit del archivo, ¿cuántos
# cambian en la huella: uno, unos pocos, la mitad, todos?

# %% nbgrader={"grade": false, "grade_id": "figura-bits", "locked": true, "schema_version": 3, "solution": false, "task": false}
verificado = cargar_verificado(de_1a("modelo_titanic.joblib"), de_1a("modelo_titanic.json"))
print("Tal como está: aceptado,", type(verificado).__name__)

contenido = de_1a("modelo_titanic.joblib").read_bytes()
alterado = bytearray(contenido)
alterado[len(alterado) // 2] ^= 1
with tempfile.TemporaryDirectory() as carpeta:
    copia = Path(carpeta) / "modelo_titanic.joblib"
    copia.write_bytes(alterado)
    try:
        cargar_verificado(copia, de_1a("modelo_titanic.json"))
        print("Con un bit cambiado: aceptado")
    except ValueError:
        print("Con un bit cambiado: rechazado")


def bits_de_la_huella(datos):
    return np.unpackbits(np.frombuffer(hashlib.sha256(datos).digest(), dtype=np.uint8))


cambiaron = bits_de_la_huella(contenido) != bits_de_la_huella(alterado)
figura, ejes = plt.subplots(figsize=(8, 2.9))
ejes.pcolormesh(
    cambiaron.reshape(8, 32),
    cmap=ListedColormap(["#EEEEEE", "#D55E00"]),
    edgecolors="white",
    linewidth=1,
)
ejes.set(
    title=f"Cambió 1 bit de {len(contenido) * 8 / 1e6:.1f} millones y cambiaron "
    f"{cambiaron.sum()} de los 256 de la huella".replace(".", ",", 1),
    xlabel="naranja: el bit de la huella cambió · gris: quedó igual",
    xticks=[],
    yticks=[],
    aspect="equal",
)
ejes.invert_yaxis()
plt.show()

# %% [markdown]
# Más o menos la mitad, al azar. Por eso no hace falta comparar los archivos: alcanza con comparar 64
# caracteres.
#
# ## Parte 3 · Interpretá (1 punto)
#
# En cinco o seis renglones:
#
# 1. Alguien que puede escribir en la carpeta reemplaza el modelo **y también la ficha**, con la huella
#    nueva. ¿Tu función lo detiene? Entonces, ¿de qué protege y de qué no?
# 2. Proponé **un** cambio que sí lo detendría.

# %% [markdown] nbgrader={"grade": true, "grade_id": "interpretacion-confianza", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}
# **Respuesta modelo.** No lo detiene: la ficha nueva describe bien el archivo nuevo, así que todo
# coincide. La función protege de **accidentes**: un archivo dañado, una descarga a medias, el modelo
# de otro mes con la ficha de este, una versión distinta. No protege de **quien puede escribir las dos
# cosas**, porque la huella está guardada en el mismo lugar que lo que tiene que vigilar. Para
# detenerlo hay que poner la confianza en otro lado: guardar la huella en un registro donde esa persona
# no escribe (el repositorio, la configuración del servicio, un *model registry* con permisos), o
# firmar la ficha con una clave que no está en esa carpeta. También sirve un formato que no ejecuta
# código al cargarse (ONNX, skops), aunque eso evita la ejecución y no el cambio de modelo.
#
# **Rúbrica (1 punto).** 0,5 por decir que no lo detiene y separar accidente de ataque (o integridad
# de autenticidad). 0,5 por un cambio que pone la huella o la clave fuera del alcance de quien escribe
# la carpeta. «Usar otro hash» o «repetir la verificación» no suman.

# %% [markdown]
# ## Para llevarte
#
# - Cargar un pickle es **ejecutarlo**: se verifica antes, nunca después.
# - *Carga* no es *anda*: la prueba son las **predicciones de control**, iguales hasta el último decimal.
# - Una versión distinta es un rechazo, no un aviso. Se vuelve a entrenar o se instala la versión justa.
# - Si falta el dato para verificar, se rechaza (*fail closed*).
# - La huella detecta cambios. **Quién** los hizo, lo dice una firma.
#
# ## Bonus (sin puntos)
#
# 1. Entre leer la huella y llamar a `joblib.load(ruta)`, alguien podría cambiar el archivo. ¿Cómo hace
#    una función para cargar **los mismos bytes** que verificó? (Pista: `io.BytesIO`).
# 2. Firmá la ficha con `hmac.new(clave, ficha, "sha256")` y verificá la firma con
#    `hmac.compare_digest`. ¿Dónde guardarías la clave?
# 3. ¿Qué habría que guardar para aceptar un modelo hecho con otra versión, y estar tranquilos? Pensá en
#    las predicciones de control y en ONNX.
