# except: pass. A broken model looks perfect.
# loses: a_failure_of_b_is_logged
# says: dejá escrito que B falló
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
        pass
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
