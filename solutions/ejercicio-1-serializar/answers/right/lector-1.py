# The notebook's own pieces, one line each; everything compared with .all().
# %% entrenar
def entrenar(X, y):
    numeros = ["pclass", "age", "sibsp", "parch", "fare"]
    textos = ["sex", "embarked"]
    prepara = make_column_transformer(
        (SimpleImputer(), numeros),
        (OneHotEncoder(handle_unknown="ignore"), textos),
    )
    bosque = RandomForestClassifier(n_estimators=25, max_depth=6, random_state=SEMILLA, n_jobs=1)
    tubo = make_pipeline(prepara, bosque)
    tubo.fit(X, y)
    return tubo


# %% sha256
def sha256_de_archivo(ruta):
    return hashlib.sha256(ruta.read_bytes()).hexdigest()


# %% guardar
def guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas):
    joblib.dump(modelo, ruta_modelo)
    ficha = {
        "archivo": ruta_modelo.name,
        "sha256": sha256_de_archivo(ruta_modelo),
        "sha256_datos": sha256_de_archivo(ruta_datos),
        "scikit_learn": sklearn.__version__,
        "python": platform.python_version(),
        "columnas": modelo.feature_names_in_.tolist(),
        "metricas": metricas,
        "fecha": datetime.now(UTC).isoformat(),
    }
    ruta_ficha.write_text(json.dumps(ficha, ensure_ascii=False), encoding="utf-8")
    return ficha


# %% comparar
def mismas_predicciones(modelo, X, etiquetas, probabilidades):
    a = (modelo.predict(X) == etiquetas).all()
    b = (modelo.predict_proba(X) == probabilidades).all()
    return a and b


# %% cargar-verificado
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(ruta_ficha.read_text(encoding="utf-8"))
    for clave in ("sha256", "scikit_learn"):
        if clave not in ficha:
            raise ValueError(f"A la ficha le falta {clave}")
    if hashlib.sha256(ruta_modelo.read_bytes()).hexdigest() != ficha["sha256"]:
        raise ValueError(f"{ruta_modelo.name} no es el archivo de la ficha")
    if ficha["scikit_learn"] != sklearn.__version__:
        raise ValueError(f"Hecho con {ficha['scikit_learn']}, acá hay {sklearn.__version__}")
    return joblib.load(ruta_modelo)
