# Warns that there is nothing.
# loses: each_alert_is_logged_once
# says: no avises nada
# %% alertas
def alertas(psi, umbral=0.25):
    n = psi[psi > umbral].index.tolist()
    for f in n:
        logging.warning('drift en %s', f)
    if not n: logging.warning('todo bien')
    return n
