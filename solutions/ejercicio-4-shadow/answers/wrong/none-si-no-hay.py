# None where nothing was measured.
# loses: nothing_to_compare_is_not_agreement
# says: No hay nada medido
# %% tasa
def tasa_de_desacuerdo(registro):
    comparables = [fila for fila in registro if fila["estado_b"] == "ok"]
    n = len(comparables)
    desacuerdos = sum(fila["respuesta_a"] != fila["respuesta_b"] for fila in comparables)
    tasa = bajo = alto = None
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
