# apply over a Series of names, .loc with numpy logical_and, counts as NumPy integers.
# %% ecdf
def ecdf(valores, puntos):
    v = np.asarray(valores, dtype=float)
    salida = np.empty(len(puntos))
    for i in range(len(puntos)):
        salida[i] = np.count_nonzero(v <= puntos[i]) / v.size
    return salida

# %% comparar
def comparar_ks(referencia, produccion):
    completos = {"r": referencia.dropna(), "p": produccion.dropna()}
    ks = ks_2samp(completos["r"], completos["p"])
    return {
        "D": np.float64(ks.statistic),
        "p_valor": np.float64(ks.pvalue),
        "x": np.float64(ks.statistic_location),
        "n_referencia": np.int64(completos["r"].size),
        "n_produccion": np.int64(completos["p"].size),
    }

# %% por-feature
def ks_por_feature(referencia, produccion, features):
    tabla = pd.Series(features, index=features).apply(
        lambda f: pd.Series(comparar_ks(referencia[f], produccion[f]))
    )
    tabla["p_ajustado"] = [p * len(features) if p * len(features) < 1 else 1.0 for p in tabla["p_valor"]]
    return tabla[["p_valor", "p_ajustado", "D"]].sort_values("D", ascending=False, kind="stable")

# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    nombres = tabla.loc[np.logical_and(tabla["p_ajustado"] < alfa, tabla["D"] > d_minimo)].index
    print("suenan", len(nombres))
    return list(nombres)
