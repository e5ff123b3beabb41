# Plain loops for the distribution, D by hand at every value, dictionaries into a table.
# %% ecdf
def ecdf(muestra, donde):
    muestra = list(muestra)
    resultado = []
    for punto in donde:
        cuantos = 0
        for v in muestra:
            if v <= punto:
                cuantos += 1
        resultado.append(cuantos / len(muestra))
    return np.array(resultado)

# %% comparar
def comparar_ks(a, b):
    a = a.dropna()
    b = b.dropna()
    prueba = ks_2samp(a, b)
    todos = sorted(set(a) | set(b))
    fa = np.array([0.0] * len(todos))
    fb = np.array([0.0] * len(todos))
    oa, ob = np.sort(a), np.sort(b)
    for i, punto in enumerate(todos):
        fa[i] = np.searchsorted(oa, punto, side="right") / len(oa)
        fb[i] = np.searchsorted(ob, punto, side="right") / len(ob)
    donde = int(np.argmax(np.abs(fa - fb)))
    return {
        "D": prueba.statistic,
        "p_valor": prueba.pvalue,
        "x": todos[donde],
        "n_referencia": len(a),
        "n_produccion": len(b),
    }

# %% por-feature
def ks_por_feature(ref, prod, columnas):
    filas = {}
    for columna in columnas:
        r = comparar_ks(ref[columna], prod[columna])
        corregido = r["p_valor"] * len(columnas)
        if corregido > 1:
            corregido = 1
        filas[columna] = {"D": r["D"], "p_valor": r["p_valor"], "p_ajustado": corregido}
    tabla = pd.DataFrame(filas).T
    return tabla.sort_values("D", ascending=False)

# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    salida = []
    for feature, fila in tabla.iterrows():
        if fila["p_ajustado"] < alfa and fila["D"] > d_minimo:
            salida.append(feature)
    return salida
