# Refuses without saying why.
# loses: changed_file_is_refused_unloaded, other_version_is_refused_unloaded
# says: El mensaje tiene que decir
# %% cargar-verificado
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(ruta_ficha.read_text(encoding="utf-8"))
    for clave in ("sha256", "scikit_learn"):
        if clave not in ficha:
            raise ValueError(f"falta {clave}")
    if hashlib.sha256(ruta_modelo.read_bytes()).hexdigest() != ficha["sha256"]:
        raise ValueError("error")
    if ficha["scikit_learn"] != sklearn.__version__:
        raise ValueError("error")
    return joblib.load(ruta_modelo)
