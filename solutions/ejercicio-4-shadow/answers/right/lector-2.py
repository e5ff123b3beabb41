# A bare thread and an Event; pandas for everything that is counted.
# %% servir
def servir_en_shadow(solicitud, modelo_a, modelo_b, registro, limite=0.05):
    salida = {}
    listo = threading.Event()

    def trabajo():
        try:
            salida["ok"] = modelo_b(dict(solicitud))
        except BaseException as error:
            salida["error"] = f"{type(error).__name__}: {error}"
        finally:
            listo.set()

    a = modelo_a(solicitud)
    threading.Thread(target=trabajo, daemon=True).start()
    listo.wait(limite)
    copia = dict(salida)  # lo que haya llegado hasta acá
    if "ok" in copia:
        estado, b, texto = "ok", copia["ok"], None
    elif "error" in copia:
        estado, b, texto = "error", None, copia["error"]
    else:
        estado, b, texto = "timeout", None, "tardó demasiado"
    registro.append(dict(id_solicitud=solicitud["id_solicitud"], respuesta_a=a,
                         respuesta_b=b, estado_b=estado, error_b=texto))
    return a

# %% tasa
def tasa_de_desacuerdo(registro):
    df = pd.DataFrame(registro)
    ok = df[df["estado_b"] == "ok"]
    n, k = len(ok), int((ok["respuesta_a"] != ok["respuesta_b"]).sum())
    resultado = {"n_total": len(df), "n_comparables": n, "desacuerdos": k}
    if n:
        bajo, alto = proportion_confint(k, n, alpha=0.05, method="wilson")
        resultado.update(tasa=k / n, ic_bajo=bajo, ic_alto=alto)
    else:
        resultado.update(tasa=np.nan, ic_bajo=np.nan, ic_alto=np.nan)
    return resultado

# %% grupos
def desacuerdo_por_grupo(registro, grupos):
    df = pd.DataFrame(registro)
    df["grupo"] = df["id_solicitud"].map(grupos)
    filas = {g: tasa_de_desacuerdo(parte.to_dict("records")) for g, parte in df.groupby("grupo")}
    return pd.DataFrame.from_dict(filas, orient="index")

# %% mcnemar
def prueba_de_mcnemar(registro, etiquetas):
    df = pd.DataFrame(registro).set_index("id_solicitud")
    df = df[df["estado_b"] == "ok"].join(etiquetas.rename("y"), how="inner")
    a, b = df["respuesta_a"] == df["y"], df["respuesta_b"] == df["y"]
    solo_a, solo_b = int((a & ~b).sum()), int((b & ~a).sum())
    p = binomtest(solo_b, solo_a + solo_b, 0.5).pvalue if solo_a + solo_b else 1.0
    return {"n": len(df), "solo_a": solo_a, "solo_b": solo_b, "p_valor": float(p)}

# %% decidir
def decidir(resumen, prueba, max_sin_respuesta=0.01, alfa=0.05):
    n = resumen["n_total"]
    if (n - resumen["n_comparables"]) / n > max_sin_respuesta:
        return "arreglar"
    if prueba["p_valor"] >= alfa or prueba["solo_a"] == prueba["solo_b"]:
        return "seguir"
    return "promover" if prueba["solo_b"] > prueba["solo_a"] else "descartar"
