# Loads without verifying.
# loses: changed_file_is_refused_unloaded, other_version_is_refused_unloaded, silent_card_is_refused_unloaded
# says: aceptó
# %% cargar-verificado
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(ruta_ficha.read_text(encoding="utf-8"))
    return joblib.load(ruta_modelo)
