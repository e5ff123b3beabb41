# Divides by zero where B answered none.
# loses: nothing_to_compare_is_not_agreement, a_silent_group_is_not_lost
# says: ZeroDivisionError
# %% tasa
def tasa_de_desacuerdo(registro):
    comparables = [fila for fila in registro if fila["estado_b"] == "ok"]
    n = len(comparables)
    desacuerdos = sum(fila["respuesta_a"] != fila["respuesta_b"] for fila in comparables)
    tasa = bajo = alto = float("nan")
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
