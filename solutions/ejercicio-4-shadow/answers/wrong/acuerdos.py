# Counts where both agree.
# loses: rate_leaves_out_what_b_did_not_answer, interval_is_wilson
# says: son distintas
# %% tasa
def tasa_de_desacuerdo(registro):
    comparables = [fila for fila in registro if fila["estado_b"] == "ok"]
    n = len(comparables)
    desacuerdos = sum(fila["respuesta_a"] == fila["respuesta_b"] for fila in comparables)
    tasa = bajo = alto = float("nan")
    if n:
        tasa = desacuerdos / n
        bajo, alto = proportion_confint(desacuerdos, n, alpha=0.05, method="wilson")
    return {
        "n_total": len(registro),
        "n_comparables": n,
        "desacuerdos": desacuerdos,
        "tasa": tasa,
        "ic_bajo": bajo,
        "ic_alto": alto,
    }
