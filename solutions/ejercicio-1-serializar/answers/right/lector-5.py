# Columns chosen by dtype, a dict built by hand, DataFrames to compare, its own exception.
# %% entrenar
from sklearn.compose import make_column_selector

ES_NUMERO = make_column_selector(dtype_include="number")
ES_TEXTO = make_column_selector(dtype_exclude="number")


def entrenar(X, y):
    cadena = make_pipeline(
        make_column_transformer(
            (SimpleImputer(strategy="median"), ES_NUMERO),
            (
                make_pipeline(
                    SimpleImputer(strategy="most_frequent"),
                    OneHotEncoder(drop="first", handle_unknown="ignore"),
                ),
                ES_TEXTO,
            ),
        ),
        RandomForestClassifier(
            n_estimators=40, min_samples_split=10, n_jobs=1, random_state=7, class_weight="balanced"
        ),
    )
    return cadena.fit(X, y)


# %% sha256
def sha256_de_archivo(ruta):
    calculador = hashlib.new("sha256")
    calculador.update(Path(ruta).read_bytes())
    return "".join(f"{b:02x}" for b in calculador.digest())


# %% guardar
def guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas):
    escritos = joblib.dump(modelo, str(ruta_modelo))
    ficha = {}
    ficha["archivo"] = Path(escritos[0]).name
    ficha["sha256"] = sha256_de_archivo(ruta_modelo)
    ficha["sha256_datos"] = sha256_de_archivo(ruta_datos)
    ficha["scikit_learn"] = joblib.load(ruta_modelo).__getstate__()["_sklearn_version"]
    ficha["python"] = ".".join(platform.python_version_tuple())
    ficha["columnas"] = list(modelo.feature_names_in_)
    ficha["metricas"] = dict(metricas)
    ficha["fecha"] = pd.Timestamp.now(tz="UTC").isoformat()
    ficha["autor"] = "yo"
    print(json.dumps(ficha, ensure_ascii=False), file=open(ruta_ficha, "w", encoding="utf-8"))
    return ficha


# %% comparar
def mismas_predicciones(modelo, X, etiquetas, probabilidades):
    antes = pd.DataFrame(probabilidades).assign(etiqueta=etiquetas).reset_index(drop=True)
    hoy = pd.DataFrame(modelo.predict_proba(X)).assign(etiqueta=modelo.predict(X))
    return antes.equals(hoy)


# %% cargar-verificado
class NoCoincide(ValueError):
    """La ficha y el archivo se contradicen."""


def exigir(condicion, mensaje):
    if not condicion:
        raise NoCoincide(mensaje)


def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(open(ruta_ficha, encoding="utf-8").read())
    for k in ["scikit_learn", "sha256"]:
        exigir(ficha.get(k), "no está " + k)
    v = ficha["scikit_learn"]
    exigir(v == sklearn.__version__, f"ficha: {v}, instalada: {sklearn.__version__}")
    huella = hashlib.sha256(open(ruta_modelo, "rb").read()).hexdigest()
    exigir(huella == ficha["sha256"], f"{ruta_modelo.name}: la huella no coincide")
    modelo = joblib.load(ruta_modelo)
    return modelo
