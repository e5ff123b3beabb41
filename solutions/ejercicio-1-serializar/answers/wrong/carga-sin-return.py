# Loads and forgets the return.
# loses: changed_file_is_refused_unloaded, good_pair_is_loaded, other_version_is_refused_unloaded, silent_card_is_refused_unloaded
# says: devolvió None
# %% cargar-verificado
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(ruta_ficha.read_text(encoding="utf-8"))
    for clave in ("sha256", "scikit_learn"):
        if clave not in ficha:
            raise ValueError(f"falta {clave}")
    if hashlib.sha256(ruta_modelo.read_bytes()).hexdigest() != ficha["sha256"]:
        raise ValueError(f"{ruta_modelo.name} cambió")
    if ficha["scikit_learn"] != sklearn.__version__:
        raise ValueError(f"{ficha['scikit_learn']} no es {sklearn.__version__}")
    joblib.load(ruta_modelo)
