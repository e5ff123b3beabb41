# Calls B and looks at the clock afterwards.
# loses: the_user_does_not_wait_for_a_hung_b
# says: en un hilo
# %% servir
import time


def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    respuesta = modelo_a(solicitud)
    fila = {"id_solicitud": solicitud["id_solicitud"], "respuesta_a": respuesta}
    inicio = time.perf_counter()
    try:
        fila |= {"respuesta_b": modelo_b(solicitud), "estado_b": "ok", "error_b": None}
    except Exception as error:
        texto = f"{type(error).__name__}: {error}"
        fila |= {"respuesta_b": None, "estado_b": "error", "error_b": texto}
    if time.perf_counter() - inicio > limite:
        fila |= {"respuesta_b": None, "estado_b": "timeout", "error_b": "tardó"}
    registro.append(fila)
    return respuesta
