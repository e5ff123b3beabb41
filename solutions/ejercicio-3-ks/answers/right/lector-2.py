# NumPy broadcasting, statistic_location, a comprehension, a boolean mask.
# %% ecdf
def ecdf(valores, puntos):
    return (np.asarray(valores)[None, :] <= np.asarray(puntos)[:, None]).mean(axis=1)

# %% comparar
def comparar_ks(referencia, produccion):
    r = referencia[referencia.notna()].to_numpy()
    p = produccion[produccion.notna()].to_numpy()
    resultado = ks_2samp(r, p)
    return dict(D=float(resultado.statistic), p_valor=float(resultado.pvalue),
                x=float(resultado.statistic_location), n_referencia=r.size, n_produccion=p.size)

# %% por-feature
def ks_por_feature(referencia, produccion, features):
    resultados = [comparar_ks(referencia[f], produccion[f]) for f in features]
    tabla = pd.DataFrame(resultados, index=features)[["D", "p_valor"]]
    tabla["p_ajustado"] = np.minimum(1, tabla["p_valor"] * len(features))
    return tabla.sort_values(by="D", ascending=False)

# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    return tabla.index[(tabla["p_ajustado"] < alfa) & (tabla["D"] > d_minimo)].tolist()
