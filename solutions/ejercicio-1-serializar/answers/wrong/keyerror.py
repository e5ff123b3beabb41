# A missing key ends in a KeyError.
# loses: silent_card_is_refused_unloaded
# says: KeyError
# %% cargar-verificado
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(ruta_ficha.read_text(encoding="utf-8"))
    if hashlib.sha256(ruta_modelo.read_bytes()).hexdigest() != ficha["sha256"]:
        raise ValueError(f"{ruta_modelo.name} cambió")
    if ficha["scikit_learn"] != sklearn.__version__:
        raise ValueError(f"{ficha['scikit_learn']} no es {sklearn.__version__}")
    return joblib.load(ruta_modelo)
