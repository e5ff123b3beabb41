# hashlib.file_digest, a dataclass for the card, allclose with a strict tolerance, BytesIO.
# %% entrenar
def entrenar(X, y):
    texto = X.columns[
        X.dtypes.map(lambda t: not np.issubdtype(t, np.number) if isinstance(t, np.dtype) else True)
    ]
    numero = X.columns.difference(texto, sort=False)
    modelo = Pipeline(
        steps=[
            (
                "columnas",
                make_column_transformer(
                    (OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=5), texto),
                    (SimpleImputer(strategy="constant", fill_value=-1), numero),
                ),
            ),
            (
                "clasificador",
                RandomForestClassifier(
                    n_estimators=20, max_features=None, max_depth=7, random_state=SEMILLA, n_jobs=1
                ),
            ),
        ]
    )
    modelo.fit(X, y)
    return modelo


# %% sha256
def sha256_de_archivo(ruta):
    with ruta.open("rb") as archivo:
        return hashlib.file_digest(archivo, "sha256").hexdigest()


# %% guardar
from dataclasses import asdict, dataclass


@dataclass
class Ficha:
    archivo: str
    sha256: str
    sha256_datos: str
    scikit_learn: str
    python: str
    columnas: list
    metricas: dict
    fecha: str


def guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas):
    joblib.dump(modelo, ruta_modelo)
    columnas = []
    for columna in modelo.feature_names_in_:
        columnas.append(columna)
    ficha = asdict(
        Ficha(
            ruta_modelo.name,
            sha256_de_archivo(ruta_modelo),
            sha256_de_archivo(ruta_datos),
            sklearn.__version__,
            platform.python_version(),
            columnas,
            metricas,
            datetime.now(UTC).isoformat(),
        )
    )
    ruta_ficha.write_text(json.dumps(ficha, indent=2, sort_keys=True), encoding="utf-8")
    return ficha


# %% comparar
def mismas_predicciones(modelo, X, etiquetas, probabilidades):
    mismas = bool(np.all(np.asarray(modelo.predict(X)) == np.asarray(etiquetas)))
    return mismas and np.allclose(modelo.predict_proba(X), probabilidades, rtol=0, atol=1e-9)


# %% cargar-verificado
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(Path(ruta_ficha).read_text(encoding="utf-8"))
    try:
        huella, version = ficha["sha256"], ficha["scikit_learn"]
    except KeyError as error:
        raise ValueError(f"La ficha no tiene {error}") from error
    contenido = Path(ruta_modelo).read_bytes()
    if hashlib.sha256(contenido).hexdigest() != huella:
        raise ValueError(f"La huella de {ruta_modelo} no coincide")
    if version != sklearn.__version__:
        raise ValueError(f"{version} != {sklearn.__version__}")
    return joblib.load(io.BytesIO(contenido))
