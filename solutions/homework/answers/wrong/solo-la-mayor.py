# Only the largest.
# loses: alerts_above_the_threshold_only, each_alert_is_logged_once, detects_a_shift_or_a_new_mix, detects_a_change_of_scale_or_levels, detects_missing_values
# says: Alertan las que tienen PSI mayor
# %% alertas
def alertas(psi, umbral=0.25):
    n = psi[psi > umbral].index.tolist()
    for f in n:
        logging.warning('drift en %s', f)
    pass
    return n[:1]
