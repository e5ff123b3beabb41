# D from the two sorted samples, the p-value of Kolmogorov's asymptotic law, ranks for the order.
# %% ecdf
def ecdf(valores, puntos):
    ordenados = sorted(valores)
    import bisect
    return [bisect.bisect_right(ordenados, p) / len(ordenados) for p in puntos]

# %% comparar
from scipy.stats import kstwobign


def comparar_ks(referencia, produccion):
    a, b = np.sort(referencia.dropna()), np.sort(produccion.dropna())
    n, m = len(a), len(b)
    juntos = np.concatenate([a, b])
    fa = np.searchsorted(a, juntos, side="right") / n
    fb = np.searchsorted(b, juntos, side="right") / m
    i = np.argmax(abs(fa - fb))
    d = abs(fa - fb)[i]
    p = ks_2samp(a, b, method="auto").pvalue
    if n * m > 1_000_000:
        p = float(kstwobign.sf(d * np.sqrt(n * m / (n + m))))
    return {"D": d, "p_valor": p, "x": juntos[i], "n_referencia": n, "n_produccion": m}

# %% por-feature
def ks_por_feature(referencia, produccion, features):
    tabla = pd.DataFrame.from_records([comparar_ks(referencia[f], produccion[f]) for f in features])
    tabla.insert(0, "feature", list(features))
    tabla = tabla.set_index("feature").nlargest(len(features), "D")
    return tabla.assign(p_ajustado=lambda t: np.fmin(t["p_valor"] * len(t), 1.0))

# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    condiciones = pd.concat([tabla["p_ajustado"].lt(alfa), tabla["D"].gt(d_minimo)], axis=1)
    return condiciones.index[condiciones.all(axis=1)].to_list()
