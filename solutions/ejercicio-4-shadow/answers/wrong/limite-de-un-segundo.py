# A whole second written where `limite` belongs.
# loses: the_limit_is_the_argument
# says: quedó anotado como si hubiera llegado a tiempo
# %% servir
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    respuesta = modelo_a(solicitud)
    respuesta_b, estado, texto = None, "ok", None
    ejecutor = ThreadPoolExecutor(max_workers=1)
    futuro = ejecutor.submit(modelo_b, solicitud)
    try:
        respuesta_b = futuro.result(timeout=1)
    except TimeoutError:
        estado, texto = "timeout", "B no llegó a tiempo"
    except Exception as error:
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
