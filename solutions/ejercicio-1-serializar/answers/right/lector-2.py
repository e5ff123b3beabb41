# Named steps, a file read by blocks, json.dump, np.array_equal, the checks in another order.
# %% entrenar
from sklearn.compose import ColumnTransformer


def entrenar(tabla, sobrevivio):
    numericas = tabla.select_dtypes("number").columns.tolist()
    categoricas = [c for c in tabla.columns if c not in numericas]
    categorico = Pipeline(
        [
            ("falta", SimpleImputer(strategy="most_frequent")),
            ("dummies", OneHotEncoder(handle_unknown="ignore", sparse_output=False)),
        ]
    )
    numerico = Pipeline([("falta", SimpleImputer(strategy="median")), ("z", StandardScaler())])
    pasos = ColumnTransformer([("num", numerico, numericas), ("cat", categorico, categoricas)])
    rf = RandomForestClassifier(n_estimators=30, random_state=0, n_jobs=1, min_samples_leaf=3)
    return Pipeline([("prep", pasos), ("rf", rf)]).fit(tabla, sobrevivio)


# %% sha256
def sha256_de_archivo(ruta):
    h = hashlib.sha256()
    with open(ruta, "rb") as f:
        while True:
            bloque = f.read(4096)
            if not bloque:
                break
            h.update(bloque)
    return h.hexdigest()


# %% guardar
def guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas):
    with open(ruta_modelo, "wb") as salida:
        joblib.dump(modelo, salida)
    ficha = dict(archivo=ruta_modelo.name)
    ficha["metricas"] = metricas
    ficha["columnas"] = [str(c) for c in modelo.feature_names_in_]
    ficha["python"] = platform.python_version()
    ficha["scikit_learn"] = sklearn.__version__
    ficha["fecha"] = datetime.now(UTC).isoformat(timespec="seconds")
    ficha["sha256_datos"] = sha256_de_archivo(ruta_datos)
    ficha["sha256"] = sha256_de_archivo(ruta_modelo)
    with open(ruta_ficha, "w", encoding="utf-8") as salida:
        json.dump(ficha, salida, indent=4)
    return ficha


# %% comparar
def mismas_predicciones(m, datos, clases, probs):
    return np.array_equal(m.predict(datos), clases) and np.array_equal(
        m.predict_proba(datos), probs
    )


# %% cargar-verificado
def cargar_verificado(ruta_modelo, ruta_ficha):
    with open(ruta_ficha, encoding="utf-8") as f:
        ficha = json.load(f)
    version = ficha.get("scikit_learn")
    huella = ficha.get("sha256")
    if version is None:
        raise ValueError("falta scikit_learn en la ficha")
    if huella is None:
        raise ValueError("falta sha256 en la ficha")
    if version != sklearn.__version__:
        raise ValueError("versiones distintas: %s y %s" % (version, sklearn.__version__))
    h = hashlib.sha256()
    with open(ruta_modelo, "rb") as f:
        for bloque in iter(lambda: f.read(65536), b""):
            h.update(bloque)
    if h.hexdigest() != huella:
        raise ValueError("huella distinta en " + ruta_modelo.name)
    return joblib.load(ruta_modelo)
