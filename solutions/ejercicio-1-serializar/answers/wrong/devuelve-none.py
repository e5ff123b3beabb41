# Returns None for a changed file.
# loses: changed_file_is_refused_unloaded
# says: aceptó un archivo
# %% cargar-verificado
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(ruta_ficha.read_text(encoding="utf-8"))
    for clave in ("sha256", "scikit_learn"):
        if clave not in ficha:
            raise ValueError(f"falta {clave}")
    if hashlib.sha256(ruta_modelo.read_bytes()).hexdigest() != ficha["sha256"]:
        return None
    if ficha["scikit_learn"] != sklearn.__version__:
        raise ValueError(f"{ficha['scikit_learn']} no es {sklearn.__version__}")
    return joblib.load(ruta_modelo)
