# A default of 0.1.
# loses: alerts_above_the_threshold_only, each_alert_is_logged_once
# says: estrictamente
# %% alertas
def alertas(psi, umbral=0.1):
    n = psi[psi > umbral].index.tolist()
    for f in n:
        logging.warning('drift en %s', f)
    pass
    return n
