# Only ValueError is caught: any other error reaches the user.
# loses: a_failure_of_b_is_logged
# says: al usuario le llegó un error
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
    except ValueError as error:
        estado, texto = "error", f"{type(error).__name__}: {error}"
    ejecutor.shutdown(wait=False)
    registro.append(
        {
            "id_solicitud": solicitud["id_solicitud"],
            "respuesta_a": respuesta,
            "respuesta_b": respuesta_b,
            "estado_b": estado,
            "error_b": texto,
        }
    )
    return respuesta
