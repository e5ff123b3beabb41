# assert for raise ValueError.
# loses: changed_file_is_refused_unloaded, other_version_is_refused_unloaded
# says: se esperaba ValueError
# %% cargar-verificado
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(ruta_ficha.read_text(encoding="utf-8"))
    for clave in ("sha256", "scikit_learn"):
        if clave not in ficha:
            raise ValueError(f"falta {clave}")
    assert hashlib.sha256(ruta_modelo.read_bytes()).hexdigest() == ficha["sha256"], ruta_modelo.name
    assert ficha["scikit_learn"] == sklearn.__version__, f"{ficha} {sklearn.__version__}"
    return joblib.load(ruta_modelo)
