# registro = registro + [fila]: the caller's list stays empty.
# loses: what_both_said_is_logged, a_failure_of_b_is_logged, the_user_does_not_wait_for_a_hung_b, the_limit_is_the_argument
# says: sobre la lista recibida
# %% servir
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    respuesta = modelo_a(solicitud)
    respuesta_b, estado, texto = None, "ok", None
    ejecutor = ThreadPoolExecutor(max_workers=1)
    futuro = ejecutor.submit(modelo_b, solicitud)
    try:
        respuesta_b = futuro.result(timeout=limite)
    except TimeoutError:
        estado, texto = "timeout", "B no llegó a tiempo"
    except Exception as error:
        estado, texto = "error", f"{type(error).__name__}: {error}"
    ejecutor.shutdown(wait=False)
    registro = registro + [
        {
            "id_solicitud": solicitud["id_solicitud"],
            "respuesta_a": respuesta,
            "respuesta_b": respuesta_b,
            "estado_b": estado,
            "error_b": texto,
        }
    ]
    return respuesta
