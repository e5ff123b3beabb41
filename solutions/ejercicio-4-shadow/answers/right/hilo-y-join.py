# Thread.join(timeout) and is_alive; crosstab; the p-value summed from the binomial's own law.
# %% servir
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    """Un hilo que deja su resultado en una lista; si sigue vivo al cumplirse el límite, no llegó."""
    resultado = []

    def tarea():
        try:
            resultado.append(("ok", modelo_b(solicitud), None))
        except Exception as error:
            resultado.append(("error", None, f"{type(error).__name__}: {error}"))

    hilo = threading.Thread(target=tarea, daemon=True)
    respuesta_de_a = modelo_a(solicitud)
    hilo.start()
    hilo.join(timeout=limite)
    if resultado:
        estado, respuesta_de_b, error = resultado[0]
    else:
        estado, respuesta_de_b, error = "timeout", None, f"B sigue pensando después de {limite} s"
    registro.append(
        {
            "id_solicitud": solicitud["id_solicitud"],
            "respuesta_a": respuesta_de_a,
            "respuesta_b": respuesta_de_b,
            "estado_b": estado,
            "error_b": error,
            "hilo": hilo.name,
        }
    )
    return respuesta_de_a

# %% tasa
def tasa_de_desacuerdo(registro):
    tabla = pd.DataFrame(registro).query("estado_b == 'ok'")
    cruce = pd.crosstab(tabla["respuesta_a"].astype(int), tabla["respuesta_b"].astype(int))
    cruce = cruce.reindex(index=[0, 1], columns=[0, 1], fill_value=0).to_numpy()
    n, k = cruce.sum(), cruce[0, 1] + cruce[1, 0]
    salida = dict.fromkeys(["tasa", "ic_bajo", "ic_alto"], float("nan"))
    if n > 0:
        z2 = 1.96**2
        p = k / n
        margen = 1.96 * np.sqrt(n * p * (1 - p) + z2 / 4)
        salida = {"tasa": p, "ic_bajo": max(0, (k + z2 / 2 - margen) / (n + z2)),
                  "ic_alto": (k + z2 / 2 + margen) / (n + z2)}
    return {"n_total": len(registro), "n_comparables": n, "desacuerdos": k} | salida

# %% grupos
def desacuerdo_por_grupo(registro, grupos):
    claves = pd.Series([fila["id_solicitud"] for fila in registro]).map(grupos.to_dict())
    columnas = {}
    for grupo in claves.unique():
        columnas[grupo] = tasa_de_desacuerdo([f for f, g in zip(registro, claves) if g == grupo])
    return pd.DataFrame(columnas).transpose()

# %% mcnemar
from math import comb


def prueba_de_mcnemar(registro, etiquetas):
    real = dict(zip(etiquetas.index, etiquetas))
    casos = Counter()
    for fila in registro:
        y = real.get(fila["id_solicitud"])
        if y is None or fila["respuesta_b"] is None:
            continue
        casos[(fila["respuesta_a"] == y, fila["respuesta_b"] == y)] += 1
    b, c = casos[(True, False)], casos[(False, True)]
    n = b + c
    cola = sum(comb(n, i) for i in range(min(b, c) + 1)) / 2**n
    return {"n": sum(casos.values()), "solo_a": b, "solo_b": c, "p_valor": min(1.0, 2 * cola)}

# %% decidir
def decidir(resumen, prueba, max_sin_respuesta=0.01, alfa=0.05):
    contesto = resumen["n_comparables"] / resumen["n_total"]
    if round(1 - contesto, 12) > max_sin_respuesta:
        return "arreglar"
    if not prueba["p_valor"] < alfa:
        return "seguir"
    ganador = max(("solo_a", "solo_b"), key=prueba.get)
    return {"solo_a": "descartar", "solo_b": "promover"}[ganador]
