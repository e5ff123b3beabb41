# One warning that names them all.
# loses: each_alert_is_logged_once
# says: Uno por feature
# %% alertas
def alertas(psi, umbral=0.25):
    lista = psi[psi > umbral].index.tolist()
    if lista:
        logging.warning("Hay drift en %s", ", ".join(lista))
    return lista
