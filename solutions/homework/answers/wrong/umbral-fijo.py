# Ignores the argument.
# loses: alerts_above_the_threshold_only, each_alert_is_logged_once
# says: usando el argumento
# %% alertas
def alertas(psi, umbral=0.25):
    n = psi[psi > 0.25].index.tolist()
    for f in n:
        logging.warning('drift en %s', f)
    pass
    return n
