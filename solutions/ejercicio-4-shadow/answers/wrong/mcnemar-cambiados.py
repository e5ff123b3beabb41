# solo_a and solo_b swapped.
# loses: only_what_separates_them_counts
# says: están cambiados
# %% mcnemar
def prueba_de_mcnemar(registro, etiquetas):
    n = solo_a = solo_b = 0
    for fila in registro:
        if fila["estado_b"] != "ok" or fila["id_solicitud"] not in etiquetas.index:
            continue
        real = etiquetas[fila["id_solicitud"]]
        bien_a, bien_b = fila["respuesta_a"] == real, fila["respuesta_b"] == real
        n += 1
        solo_a += bien_a and not bien_b
        solo_b += bien_b and not bien_a
    separados = solo_a + solo_b
    p = binomtest(solo_b, separados, 0.5).pvalue if separados else 1.0
    return {"n": n, "solo_a": int(solo_b), "solo_b": int(solo_a), "p_valor": p}
