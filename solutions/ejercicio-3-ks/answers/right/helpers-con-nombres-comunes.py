# Helpers with everyday names that a later cell of the notebook might rebind; merge and melt.
# %% ecdf
def proporcion(valores, punto):
    return float(np.mean(np.less_equal(valores, punto)))


def ecdf(valores, puntos):
    return pd.Series(puntos).map(lambda punto: proporcion(valores, punto)).to_numpy()

# %% comparar
def distancia(a, b, punto):
    return abs(proporcion(a, punto) - proporcion(b, punto))


def distancias(a, b, puntos):
    return [distancia(a, b, punto) for punto in puntos]


def comparar_ks(referencia, produccion):
    a = np.array([v for v in referencia if v == v])
    b = np.array([v for v in produccion if v == v])
    prueba = ks_2samp(a, b)
    donde = prueba.statistic_location
    assert distancias(a, b, [donde])[0] > 0 or prueba.statistic == 0
    return {"D": float(prueba.statistic), "p_valor": float(prueba.pvalue), "x": donde,
            "n_referencia": len(a), "n_produccion": len(b)}

# %% por-feature
def p_ajustado(p, m):
    return min(p * m, 1)


def ks_por_feature(referencia, produccion, features):
    filas = []
    for f in features:
        r = comparar_ks(referencia[f], produccion[f])
        filas.append((f, r["D"], r["p_valor"], p_ajustado(r["p_valor"], len(features))))
    filas.sort(key=lambda fila: -fila[1])
    columnas = ["feature", "D", "p_valor", "p_ajustado"]
    return pd.DataFrame(filas, columns=columnas).set_index("feature")

# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    return [f for f, d, p in zip(tabla.index, tabla["D"], tabla["p_ajustado"]) if p < alfa and d > d_minimo]
