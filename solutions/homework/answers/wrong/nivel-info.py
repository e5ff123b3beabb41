# Logs at INFO.
# loses: each_alert_is_logged_once
# says: de nivel WARNING
# %% alertas
def alertas(psi, umbral=0.25):
    n = psi[psi > umbral].index.tolist()
    for f in n:
        logging.info(f)
    pass
    return n
