# Ordinal codes and a global seed; functions that lean on one another.
# %% entrenar
from sklearn.preprocessing import OrdinalEncoder


def entrenar(X, y):
    np.random.seed(SEMILLA)
    codigos = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
    )
    previo = make_column_transformer(
        (codigos, ["sex", "embarked"]), remainder=SimpleImputer(strategy="constant", fill_value=-1)
    )
    return make_pipeline(previo, RandomForestClassifier(50, max_depth=7)).fit(X, y)


# %% sha256
def sha256_de_bytes(contenido: bytes) -> str:
    return hashlib.sha256(contenido).hexdigest()


def sha256_de_archivo(ruta: Path) -> str:
    return sha256_de_bytes(b"".join(ruta.open("rb")))


# %% guardar
import os


def escribir(ruta, ficha):
    with open(ruta, "w", encoding="utf-8") as salida:
        json.dump(ficha, salida, sort_keys=True, ensure_ascii=False)


def guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas):
    with open(ruta_modelo, "wb") as salida:
        joblib.dump(modelo, salida, compress=("zlib", 6))
    ficha = dict(
        fecha=str(datetime.now(UTC)),
        metricas=dict(metricas),
        columnas=modelo.feature_names_in_.astype(str).tolist(),
        python=platform.python_version(),
        equipo=platform.system(),
        scikit_learn=sklearn.__version__,
        archivo=os.path.basename(ruta_modelo),
        sha256=sha256_de_archivo(ruta_modelo),
        sha256_datos=sha256_de_archivo(ruta_datos),
    )
    escribir(ruta_ficha, ficha)
    return ficha


# %% comparar
def mismas_predicciones(modelo, X, etiquetas, probabilidades):
    try:
        np.testing.assert_array_equal(modelo.predict(X), etiquetas)
        np.testing.assert_allclose(modelo.predict_proba(X), probabilidades, rtol=0, atol=1e-9)
    except AssertionError:
        return False
    return True


# %% cargar-verificado
def verificar(ruta_modelo, ficha):
    if not {"sha256", "scikit_learn"} <= ficha.keys():
        faltan = {"sha256", "scikit_learn"} - ficha.keys()
        raise ValueError(f"Faltan claves en la ficha: {faltan}")
    with open(ruta_modelo, "rb") as archivo:
        if hashlib.file_digest(archivo, "sha256").hexdigest() != ficha["sha256"]:
            raise ValueError(f"El archivo {ruta_modelo.name} no es el que describe la ficha.")
    if sklearn.__version__ != ficha["scikit_learn"]:
        raise ValueError(
            "Se guardó con scikit-learn {} y acá está {}.".format(
                ficha["scikit_learn"], sklearn.__version__
            )
        )


def cargar_verificado(ruta_modelo, ruta_ficha):
    verificar(ruta_modelo, json.loads(ruta_ficha.read_text(encoding="utf-8")))
    return joblib.load(str(ruta_modelo))
