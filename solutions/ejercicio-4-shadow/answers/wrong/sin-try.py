# The error of B reaches the user.
# loses: a_failure_of_b_is_logged, the_user_does_not_wait_for_a_hung_b
# says: al usuario le llegó un error
# %% servir
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    respuesta = modelo_a(solicitud)
    ejecutor = ThreadPoolExecutor(max_workers=1)
    futuro = ejecutor.submit(modelo_b, solicitud)
    ejecutor.shutdown(wait=False)
    respuesta_b = futuro.result(timeout=limite)
    fila = {"id_solicitud": solicitud["id_solicitud"], "respuesta_a": respuesta}
    fila |= {"respuesta_b": respuesta_b, "estado_b": "ok", "error_b": None}
    registro.append(fila)
    return respuesta
