# print for logging.
# loses: each_alert_is_logged_once
# says: no son logging
# %% alertas
def alertas(psi, umbral=0.25):
    n = psi[psi > umbral].index.tolist()
    for f in n:
        print(f)
    pass
    return n
