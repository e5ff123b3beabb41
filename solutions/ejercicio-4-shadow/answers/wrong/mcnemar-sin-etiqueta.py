# A label that has not arrived counts as a 0.
# loses: only_what_separates_them_counts
# says: tiene etiqueta
# %% mcnemar
def prueba_de_mcnemar(registro, etiquetas):
    n = solo_a = solo_b = 0
    for fila in registro:
        if fila["estado_b"] != "ok":
            continue
        real = etiquetas.get(fila["id_solicitud"], 0)
        bien_a, bien_b = fila["respuesta_a"] == real, fila["respuesta_b"] == real
        n += 1
        solo_a += bien_a and not bien_b
        solo_b += bien_b and not bien_a
    separados = solo_a + solo_b
    p = binomtest(solo_b, separados, 0.5).pvalue if separados else 1.0
    return {"n": n, "solo_a": int(solo_a), "solo_b": int(solo_b), "p_valor": p}
