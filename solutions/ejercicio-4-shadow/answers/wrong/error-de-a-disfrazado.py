# The error of A becomes another one.
# loses: a_failure_of_a_is_not_covered_by_b
# says: sin convertirlo en otro
# %% servir
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    try:
        respuesta = modelo_a(solicitud)
    except Exception as error:
        raise RuntimeError(f"falló A: {error}")
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
