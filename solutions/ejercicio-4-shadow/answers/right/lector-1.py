# The worked example's way, row by row; Wilson by the formula; a dictionary of groups.
# %% servir
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    respuesta = modelo_a(solicitud)
    fila = {"id_solicitud": solicitud["id_solicitud"], "respuesta_a": respuesta,
            "respuesta_b": None, "estado_b": None, "error_b": None}
    ejecutor = ThreadPoolExecutor(max_workers=1)
    futuro = ejecutor.submit(modelo_b, solicitud)
    try:
        fila["respuesta_b"] = futuro.result(timeout=limite)
        fila["estado_b"] = "ok"
    except TimeoutError:
        if futuro.done():  # el que lanzó TimeoutError fue el propio B
            fila["estado_b"] = "error"
            fila["error_b"] = f"TimeoutError: {futuro.exception()}"
        else:
            fila["estado_b"] = "timeout"
            fila["error_b"] = f"no contestó en {limite} s"
    except Exception as e:
        fila["estado_b"] = "error"
        fila["error_b"] = type(e).__name__ + ": " + str(e)
    finally:
        ejecutor.shutdown(wait=False)
    registro.append(fila)
    return respuesta

# %% tasa
import math


def tasa_de_desacuerdo(registro):
    n_total = len(registro)
    n = 0
    desacuerdos = 0
    for fila in registro:
        if fila["estado_b"] == "ok":
            n += 1
            if fila["respuesta_a"] != fila["respuesta_b"]:
                desacuerdos += 1
    if n == 0:
        nan = float("nan")
        return {"n_total": n_total, "n_comparables": 0, "desacuerdos": 0,
                "tasa": nan, "ic_bajo": nan, "ic_alto": nan}
    p, z = desacuerdos / n, 1.96
    centro = p + z**2 / (2 * n)
    radio = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return {"n_total": n_total, "n_comparables": n, "desacuerdos": desacuerdos, "tasa": p,
            "ic_bajo": (centro - radio) / (1 + z**2 / n), "ic_alto": (centro + radio) / (1 + z**2 / n)}

# %% grupos
def desacuerdo_por_grupo(registro, grupos):
    por_grupo = {}
    for fila in registro:
        grupo = grupos[fila["id_solicitud"]]
        por_grupo.setdefault(grupo, []).append(fila)
    return pd.DataFrame({g: tasa_de_desacuerdo(filas) for g, filas in por_grupo.items()}).T

# %% mcnemar
def prueba_de_mcnemar(registro, etiquetas):
    n = solo_a = solo_b = 0
    for fila in registro:
        if fila["estado_b"] != "ok" or fila["id_solicitud"] not in etiquetas.index:
            continue
        n += 1
        verdad = etiquetas[fila["id_solicitud"]]
        bien_a = fila["respuesta_a"] == verdad
        bien_b = fila["respuesta_b"] == verdad
        if bien_a and not bien_b:
            solo_a += 1
        elif bien_b and not bien_a:
            solo_b += 1
    p = 1.0
    if solo_a + solo_b > 0:
        p = binomtest(solo_b, solo_a + solo_b, 0.5).pvalue
    return {"n": n, "solo_a": solo_a, "solo_b": solo_b, "p_valor": p}

# %% decidir
def decidir(resumen, prueba, max_sin_respuesta=0.01, alfa=0.05):
    sin_respuesta = 1 - resumen["n_comparables"] / resumen["n_total"]
    if sin_respuesta > max_sin_respuesta:
        return "arreglar"
    if prueba["p_valor"] < alfa and prueba["solo_b"] > prueba["solo_a"]:
        return "promover"
    if prueba["p_valor"] < alfa and prueba["solo_a"] > prueba["solo_b"]:
        return "descartar"
    return "seguir"
