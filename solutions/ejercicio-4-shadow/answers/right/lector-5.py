# Nested functions; result() twice guarded; NumPy arrays; NaN labels never appear.
# %% servir
def preguntar_a_b(modelo_b, solicitud, limite):
    ejecutor = ThreadPoolExecutor(max_workers=1)
    futuro = ejecutor.submit(modelo_b, solicitud)
    ejecutor.shutdown(wait=False)
    try:
        error = futuro.exception(timeout=limite)
    except TimeoutError:
        return None, "timeout", "B no contestó a tiempo"
    if error:
        return None, "error", "{}: {}".format(type(error).__name__, error)
    return futuro.result(), "ok", None


def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    r = modelo_a(solicitud)
    b, estado, texto = preguntar_a_b(modelo_b, solicitud, limite)
    registro += [{"id_solicitud": solicitud["id_solicitud"], "respuesta_a": r, "respuesta_b": b,
                  "estado_b": estado, "error_b": texto}]
    return r

# %% tasa
def tasa_de_desacuerdo(registro):
    ok = np.array([f["estado_b"] == "ok" for f in registro], dtype=bool)
    a = np.array([f["respuesta_a"] for f in registro], dtype=float)
    b = np.array([np.nan if f["respuesta_b"] is None else f["respuesta_b"] for f in registro], dtype=float)
    n, k = ok.sum(), (a[ok] != b[ok]).sum()
    if n == 0:
        ic, tasa = (np.nan, np.nan), np.nan
    else:
        ic, tasa = proportion_confint(k, n, alpha=0.05, method="wilson"), k / n
    print(f"{k} desacuerdos en {n}")
    return {"n_total": ok.size, "n_comparables": n, "desacuerdos": k,
            "tasa": tasa, "ic_bajo": ic[0], "ic_alto": ic[1]}

# %% grupos
from collections import defaultdict


def desacuerdo_por_grupo(registro, grupos):
    cajas = defaultdict(list)
    [cajas[grupos.at[f["id_solicitud"]]].append(f) for f in registro]
    tabla = pd.DataFrame(columns=["n_total", "n_comparables", "desacuerdos", "tasa", "ic_bajo", "ic_alto"])
    for nombre in sorted(cajas, reverse=True):
        tabla.loc[nombre] = tasa_de_desacuerdo(cajas[nombre])
    return tabla

# %% mcnemar
def prueba_de_mcnemar(registro, etiquetas):
    comparables = {f["id_solicitud"]: f for f in registro if f["estado_b"] == "ok"}
    ids = list(set(comparables) & set(etiquetas.index))
    reales = np.array([etiquetas.loc[i] for i in ids])
    a = np.array([comparables[i]["respuesta_a"] for i in ids]) == reales
    b = np.array([comparables[i]["respuesta_b"] for i in ids]) == reales
    solo_a, solo_b = np.sum(a > b), np.sum(b > a)
    if solo_a + solo_b == 0:
        return {"n": len(ids), "solo_a": 0, "solo_b": 0, "p_valor": 1.0}
    from scipy.stats import binom
    p = min(1.0, 2 * binom.cdf(min(solo_a, solo_b), solo_a + solo_b, 0.5))
    return {"n": len(ids), "solo_a": solo_a, "solo_b": solo_b, "p_valor": p}

# %% decidir
def decidir(resumen, prueba, max_sin_respuesta=0.01, alfa=0.05):
    decision = "seguir"
    if prueba["p_valor"] < alfa:
        if prueba["solo_b"] > prueba["solo_a"]: decision = "promover"
        if prueba["solo_b"] < prueba["solo_a"]: decision = "descartar"
    if 1 - resumen["n_comparables"] / resumen["n_total"] > max_sin_respuesta: decision = "arreglar"
    return decision
