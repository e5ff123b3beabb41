# A named preparation with its own settings, versions from importlib, a local date.
# %% entrenar
def entrenar(X, y):
    textos = Pipeline(
        [
            ("relleno", SimpleImputer(strategy="constant", fill_value="sin dato")),
            ("unos", OneHotEncoder(handle_unknown="infrequent_if_exist")),
        ]
    )
    numeros = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    columnas = make_column_transformer(
        (textos, ["sex", "embarked"]), (numeros, ["pclass", "age", "fare", "sibsp", "parch"])
    )
    bosque = RandomForestClassifier(30, min_samples_leaf=3, n_jobs=1, random_state=SEMILLA)
    modelo = Pipeline([("columnas", columnas), ("bosque", bosque)])
    modelo.fit(X, y)
    return modelo


# %% sha256
def sha256_de_archivo(ruta):
    h = hashlib.sha256()
    for linea in open(ruta, "rb"):
        h.update(linea)
    return h.hexdigest()


# %% guardar
def guardar(m, ruta_modelo, ruta_ficha, ruta_datos, metricas):
    joblib.dump(m, ruta_modelo)
    huellas = {
        clave: hashlib.sha256(ruta.read_bytes()).hexdigest()
        for clave, ruta in (("sha256", ruta_modelo), ("sha256_datos", ruta_datos))
    }
    ficha = huellas | {
        "archivo": ruta_modelo.name,
        "scikit_learn": version("scikit-learn"),
        "python": "{}.{}.{}".format(*sys.version_info),
        "metricas": metricas,
        "columnas": tuple(m.feature_names_in_.tolist()),
        "fecha": datetime.now().strftime("%Y-%m-%dT%H:%M:%S"),
    }
    ruta_ficha.write_bytes(json.dumps(ficha).encode())
    return json.loads(ruta_ficha.read_text())


import sys
from importlib.metadata import version


# %% comparar
def mismas_predicciones(modelo, X, etiquetas, probabilidades):
    distintas = sum(1 for a, b in zip(modelo.predict(X).tolist(), etiquetas.tolist()) if a != b)
    lejos = np.abs(modelo.predict_proba(X) - probabilidades).max()
    return not distintas and lejos < 1e-9


# %% cargar-verificado
from importlib.metadata import version as instalada


def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha, problemas = json.load(ruta_ficha.open(encoding="utf-8")), []
    esperado = {
        "sha256": hashlib.sha256(ruta_modelo.read_bytes()).hexdigest(),
        "scikit_learn": instalada("scikit-learn"),
    }
    for clave, valor in esperado.items():
        if ficha.get(clave) != valor:
            problemas.append(f"{ruta_modelo.name}: {clave} es {valor}; ficha: {ficha.get(clave)}")
    if problemas:
        raise ValueError("; ".join(problemas))
    with open(ruta_modelo, "rb") as archivo:
        return joblib.load(archivo)
