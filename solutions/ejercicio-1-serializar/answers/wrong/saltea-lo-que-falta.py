# Verifies a key only if the card has it.
# loses: silent_card_is_refused_unloaded
# says: aceptó una ficha sin la clave
# %% cargar-verificado
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(ruta_ficha.read_text(encoding="utf-8"))
    if (
        "sha256" in ficha
        and hashlib.sha256(ruta_modelo.read_bytes()).hexdigest() != ficha["sha256"]
    ):
        raise ValueError(f"{ruta_modelo.name} cambió")
    if "scikit_learn" in ficha and ficha["scikit_learn"] != sklearn.__version__:
        raise ValueError(f"{ficha['scikit_learn']} no es {sklearn.__version__}")
    return joblib.load(ruta_modelo)
