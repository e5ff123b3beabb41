# searchsorted; x found with the student's own ecdf; keeps every column; query.
# %% ecdf
def ecdf(valores, puntos):
    ordenados = np.sort(valores)
    return np.searchsorted(ordenados, puntos, side="right") / len(ordenados)

# %% comparar
def comparar_ks(referencia, produccion):
    referencia, produccion = referencia.dropna(), produccion.dropna()
    D, p = ks_2samp(referencia, produccion)
    puntos = np.union1d(referencia, produccion)
    distancia = np.abs(ecdf(referencia, puntos) - ecdf(produccion, puntos))
    return {"D": D, "p_valor": p, "x": puntos[distancia.argmax()],
            "n_referencia": referencia.count(), "n_produccion": produccion.count()}

# %% por-feature
def ks_por_feature(referencia, produccion, features):
    tabla = pd.concat(
        {f: pd.Series(comparar_ks(referencia[f], produccion[f])) for f in features}, axis=1
    ).T
    tabla.index.name = "feature"
    tabla["p_ajustado"] = (tabla["p_valor"] * len(features)).clip(upper=1)
    return tabla.sort_values("D", ascending=False)

# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    return list(tabla.query("p_ajustado < @alfa and D > @d_minimo").index)
