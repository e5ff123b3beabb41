# futures.wait; B starts before A answers; statsmodels' own McNemar; merge by id.
# %% servir
from concurrent.futures import wait


def servir_en_shadow(pedido, a, b, registro, limite=0.05):
    ejecutor = ThreadPoolExecutor(1)
    try:
        respuesta_a = a(pedido)
        futuro = ejecutor.submit(b, pedido)
        terminados, _ = wait([futuro], timeout=limite)
        anotado = {"id_solicitud": pedido["id_solicitud"], "respuesta_a": respuesta_a}
        if not terminados:
            anotado.update(respuesta_b=None, estado_b="timeout", error_b="timeout: B no llegó")
        elif futuro.exception() is not None:
            e = futuro.exception()
            anotado.update(respuesta_b=None, estado_b="error", error_b=f"{e.__class__.__name__}: {e}")
        else:
            anotado.update(respuesta_b=futuro.result(), estado_b="ok", error_b=None)
        registro.append(anotado)
    finally:
        ejecutor.shutdown(wait=False, cancel_futures=True)
    return respuesta_a

# %% tasa
def tasa_de_desacuerdo(registro):
    contestadas = [f for f in registro if f["estado_b"] == "ok"]
    distintas = sum(f["respuesta_a"] != f["respuesta_b"] for f in contestadas)
    try:
        tasa = distintas / len(contestadas)
        bajo, alto = binomtest(distintas, len(contestadas)).proportion_ci(0.95, method="wilson")
    except (ZeroDivisionError, ValueError):
        tasa = bajo = alto = float("nan")
    return {"n_total": len(registro), "n_comparables": len(contestadas), "desacuerdos": distintas,
            "tasa": tasa, "ic_bajo": bajo, "ic_alto": alto}

# %% grupos
def desacuerdo_por_grupo(registro, grupos):
    ids = [f["id_solicitud"] for f in registro]
    presentes = grupos.loc[ids].unique()
    filas = []
    for g in presentes:
        suyas = set(grupos.index[grupos == g])
        filas.append(tasa_de_desacuerdo([f for f in registro if f["id_solicitud"] in suyas]))
    return pd.DataFrame(filas, index=presentes)

# %% mcnemar
from statsmodels.stats.contingency_tables import mcnemar


def prueba_de_mcnemar(registro, etiquetas):
    tabla = np.zeros((2, 2), dtype=int)
    real = etiquetas.to_dict()
    for f in registro:
        if f["estado_b"] == "ok" and f["id_solicitud"] in real:
            y = real[f["id_solicitud"]]
            tabla[int(f["respuesta_a"] == y), int(f["respuesta_b"] == y)] += 1
    p = mcnemar(tabla, exact=True).pvalue if tabla[0, 1] + tabla[1, 0] else 1
    return {"n": tabla.sum(), "solo_a": tabla[1, 0], "solo_b": tabla[0, 1], "p_valor": p}

# %% decidir
def decidir(resumen, prueba, max_sin_respuesta=0.01, alfa=0.05):
    faltan = resumen["n_total"] - resumen["n_comparables"]
    claro = prueba["p_valor"] < alfa
    reglas = [
        (faltan / resumen["n_total"] > max_sin_respuesta, "arreglar"),
        (claro and prueba["solo_b"] > prueba["solo_a"], "promover"),
        (claro and prueba["solo_a"] > prueba["solo_b"], "descartar"),
        (True, "seguir"),
    ]
    return next(texto for condicion, texto in reglas if condicion)
