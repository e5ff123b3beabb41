# One pool of many threads for the whole service; B starts before A has answered.
# %% servir
EJECUTOR = ThreadPoolExecutor(max_workers=64)


def anotar(registro, solicitud, a, b=None, estado="ok", error=None):
    registro.append(dict(id_solicitud=solicitud["id_solicitud"], respuesta_a=a,
                         respuesta_b=b, estado_b=estado, error_b=error))


def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    tarea = EJECUTOR.submit(modelo_b, solicitud)
    a = modelo_a(solicitud)
    try:
        anotar(registro, solicitud, a, b=tarea.result(limite))
    except TimeoutError as error:
        anotar(registro, solicitud, a, estado="timeout", error="límite: " + str(error or limite))
    except Exception as error:
        anotar(registro, solicitud, a, estado="error", error=f"{type(error).__name__}: {error}")
    return a
