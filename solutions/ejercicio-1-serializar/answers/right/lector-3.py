# Helpers and loops: codes instead of dummies, a few columns only, pairs compared one by one.
# %% entrenar
from sklearn.preprocessing import OrdinalEncoder

codigos = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)


def preparador():
    return make_column_transformer(
        (
            make_pipeline(SimpleImputer(strategy="constant", fill_value="?"), codigos),
            ["sex", "embarked"],
        ),
        (SimpleImputer(strategy="mean", add_indicator=True), ["pclass", "age", "fare"]),
        remainder="drop",
    )


def entrenar(X, y):
    """Mi versión."""
    bosque = RandomForestClassifier(50, max_depth=5, random_state=SEMILLA)
    m = make_pipeline(preparador(), bosque)
    print("entrenando con", len(X), "filas")
    return m.fit(X, np.asarray(y))


# %% sha256
from hashlib import sha256


def sha256_de_archivo(ruta):
    archivo = open(ruta, mode="rb")
    contenido = archivo.read()
    archivo.close()
    return sha256(contenido).hexdigest().lower()


# %% guardar
def ahora():
    return datetime.now(UTC).isoformat()


def guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas):
    joblib.dump(modelo, ruta_modelo, compress=3)
    claves = ["archivo", "sha256", "sha256_datos", "scikit_learn", "python", "columnas"]
    valores = [
        str(ruta_modelo.name),
        sha256_de_archivo(ruta_modelo),
        sha256_de_archivo(ruta_datos),
        sklearn.__version__,
        platform.python_version(),
        list(map(str, modelo.feature_names_in_)),
    ]
    ficha = dict(zip(claves, valores))
    ficha.update({"metricas": metricas, "fecha": ahora()})
    texto = json.dumps(ficha)
    ruta_ficha.write_bytes(texto.encode("utf-8"))
    return json.loads(ruta_ficha.read_bytes())


# %% comparar
def mismas_predicciones(modelo, X, etiquetas, probabilidades):
    for ahora_, antes in zip(modelo.predict(X), etiquetas):
        if ahora_ != antes:
            return False
    for fila_ahora, fila_antes in zip(modelo.predict_proba(X), probabilidades):
        for p, q in zip(fila_ahora, fila_antes):
            if abs(p - q) > 1e-9:
                return False
    return True


# %% cargar-verificado
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(ruta_ficha.read_text("utf-8"))
    problemas = []
    if "sha256" not in ficha:
        problemas.append("falta la clave sha256")
    elif sha256(ruta_modelo.read_bytes()).hexdigest() != ficha["sha256"]:
        problemas.append(f"cambió {ruta_modelo.name}")
    if "scikit_learn" not in ficha:
        problemas.append("falta la clave scikit_learn")
    elif ficha["scikit_learn"] != sklearn.__version__:
        problemas.append(f"versión {ficha['scikit_learn']} en vez de {sklearn.__version__}")
    if problemas:
        raise ValueError("; ".join(problemas))
    return joblib.load(ruta_modelo)


from hashlib import sha256
