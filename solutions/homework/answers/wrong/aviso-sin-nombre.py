# A warning that names nothing.
# loses: each_alert_is_logged_once
# says: con su nombre en el mensaje
# %% alertas
def alertas(psi, umbral=0.25):
    n = psi[psi > umbral].index.tolist()
    for f in n:
        logging.warning('hay drift')
    pass
    return n
