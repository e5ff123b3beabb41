# Uses the function of notebook 1a, which another process does not have.
# loses: good_pair_is_loaded, changed_file_is_refused_unloaded, other_version_is_refused_unloaded, silent_card_is_refused_unloaded
# says: name 'sha256_de_archivo' is not defined
# %% cargar-verificado
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(ruta_ficha.read_text())
    if "sha256" not in ficha or "scikit_learn" not in ficha:
        raise ValueError("faltan sha256 o scikit_learn")
    if sha256_de_archivo(ruta_modelo) != ficha["sha256"]:
        raise ValueError(f"{ruta_modelo.name} no coincide")
    if ficha["scikit_learn"] != sklearn.__version__:
        raise ValueError(f"{ficha['scikit_learn']} y {sklearn.__version__}")
    return joblib.load(ruta_modelo)
