# A small p is enough to promote.
# loses: a_difference_has_a_direction
# says: mirá quién acierta más
# %% decidir
def decidir(resumen, prueba, max_sin_respuesta=0.01, alfa=0.05):
    sin_respuesta = (resumen["n_total"] - resumen["n_comparables"]) / resumen["n_total"]
    if sin_respuesta > max_sin_respuesta:
        return "arreglar"
    if prueba["p_valor"] < alfa:
        return "promover"
    if prueba["p_valor"] < alfa and prueba["solo_a"] > prueba["solo_b"]:
        return "descartar"
    return "seguir"
