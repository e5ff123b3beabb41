# `with ThreadPoolExecutor()`: waits for the thread on the way out.
# loses: the_user_does_not_wait_for_a_hung_b
# says: recién volvió cuando B terminó
# %% servir
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    respuesta = modelo_a(solicitud)
    fila = {"id_solicitud": solicitud["id_solicitud"], "respuesta_a": respuesta}
    with ThreadPoolExecutor(max_workers=1) as ejecutor:
        futuro = ejecutor.submit(modelo_b, solicitud)
        try:
            fila |= {"respuesta_b": futuro.result(timeout=limite), "estado_b": "ok", "error_b": None}
        except TimeoutError:
            fila |= {"respuesta_b": None, "estado_b": "timeout", "error_b": "no llegó"}
        except Exception as error:
            texto = f"{type(error).__name__}: {error}"
            fila |= {"respuesta_b": None, "estado_b": "error", "error_b": texto}
    registro.append(fila)
    return respuesta
