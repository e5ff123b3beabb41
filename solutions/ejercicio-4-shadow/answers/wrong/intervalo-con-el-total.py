# Wilson with n_total.
# loses: interval_is_wilson
# says: tu intervalo es
# %% tasa
def tasa_de_desacuerdo(registro):
    comparables = [fila for fila in registro if fila["estado_b"] == "ok"]
    n = len(comparables)
    desacuerdos = sum(fila["respuesta_a"] != fila["respuesta_b"] for fila in comparables)
    tasa = bajo = alto = float("nan")
    if n:
        tasa = desacuerdos / n
        bajo, alto = proportion_confint(desacuerdos, len(registro), alpha=0.05, method="wilson")
    return {
        "n_total": len(registro),
        "n_comparables": n,
        "desacuerdos": desacuerdos,
        "tasa": tasa,
        "ic_bajo": bajo,
        "ic_alto": alto,
    }
