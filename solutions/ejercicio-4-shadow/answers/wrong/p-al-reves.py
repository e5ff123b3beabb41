# Promotes with a large p.
# loses: an_answerless_b_is_mended_first, a_difference_has_a_direction
# says: en orden
# %% decidir
def decidir(resumen, prueba, max_sin_respuesta=0.01, alfa=0.05):
    sin_respuesta = (resumen["n_total"] - resumen["n_comparables"]) / resumen["n_total"]
    if sin_respuesta > max_sin_respuesta:
        return "arreglar"
    if prueba["p_valor"] > alfa and prueba["solo_b"] > prueba["solo_a"]:
        return "promover"
    if prueba["p_valor"] > alfa and prueba["solo_a"] > prueba["solo_b"]:
        return "descartar"
    return "seguir"
