# multiprocessing's ThreadPool, whose TimeoutError is another one; a DataFrame helper for all.
# %% servir
from multiprocessing import TimeoutError as SeAcaboElTiempo
from multiprocessing.pool import ThreadPool


def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    de_a = modelo_a(solicitud)
    fila = {"id_solicitud": solicitud["id_solicitud"], "respuesta_a": de_a,
            "respuesta_b": None, "estado_b": "ok", "error_b": None}
    grupo = ThreadPool(1)
    try:
        fila["respuesta_b"] = grupo.apply_async(modelo_b, (solicitud,)).get(timeout=limite)
    except SeAcaboElTiempo:
        fila["estado_b"], fila["error_b"] = "timeout", "se acabó el tiempo"
    except Exception as error:
        fila["estado_b"], fila["error_b"] = "error", repr(error) + f" ({type(error).__name__}: {error})"
    grupo.close()
    registro.append(fila)
    return de_a

# %% tasa
def comparables(registro):
    columnas = ["id_solicitud", "respuesta_a", "respuesta_b", "estado_b", "error_b"]
    tabla = pd.DataFrame(registro, columns=columnas)
    return tabla.loc[tabla["estado_b"].eq("ok")]


def tasa_de_desacuerdo(registro):
    tabla = comparables(registro)
    distintos = tabla["respuesta_a"].ne(tabla["respuesta_b"])
    bajo, alto = (float("nan"),) * 2
    if len(tabla):
        bajo, alto = proportion_confint(distintos.sum(), distintos.size, method="wilson")
    return {"n_total": np.int64(len(registro)), "n_comparables": np.int64(distintos.size),
            "desacuerdos": np.int64(distintos.sum()), "tasa": distintos.mean(),
            "ic_bajo": bajo, "ic_alto": alto}

# %% grupos
def desacuerdo_por_grupo(registro, grupos):
    tabla = pd.DataFrame({"fila": registro})
    tabla["grupo"] = [grupos[fila["id_solicitud"]] for fila in registro]
    resumenes = tabla.groupby("grupo")["fila"].agg(lambda filas: [tasa_de_desacuerdo(filas.tolist())])
    salida = pd.DataFrame(resumenes.str[0].tolist(), index=resumenes.index)
    return salida.sort_values("n_total")

# %% mcnemar
def prueba_de_mcnemar(registro, etiquetas):
    tabla = comparables(registro).assign(real=lambda t: t["id_solicitud"].map(etiquetas))
    tabla = tabla.dropna(subset=["real"])
    gano_a = tabla.query("respuesta_a == real and respuesta_b != real")
    gano_b = tabla.query("respuesta_b == real and respuesta_a != real")
    a, b = len(gano_a), len(gano_b)
    return {"n": len(tabla), "solo_a": a, "solo_b": b,
            "p_valor": binomtest(a, a + b).pvalue if a + b else 1.0}

# %% decidir
decidir = lambda r, t, max_sin_respuesta=0.01, alfa=0.05: (
    "arreglar" if (r["n_total"] - r["n_comparables"]) / r["n_total"] > max_sin_respuesta
    else "seguir" if t["p_valor"] >= alfa or t["solo_a"] == t["solo_b"]
    else "promover" if t["solo_b"] > t["solo_a"] else "descartar")
