# scipy's ecdf; nan_policy="omit"; apply over the columns; filter with a lambda.
# %% ecdf
from scipy import stats


def ecdf(valores, puntos):
    return stats.ecdf(valores).cdf.evaluate(puntos)

# %% comparar
def comparar_ks(referencia, produccion):
    resultado = ks_2samp(referencia, produccion, nan_policy="omit")
    n, m = referencia.notna().sum(), produccion.notna().sum()
    print("comparados:", n, m)
    return {
        "n_referencia": n,
        "n_produccion": m,
        "x": resultado.statistic_location,
        "p_valor": resultado.pvalue,
        "D": resultado.statistic,
    }

# %% por-feature
def ks_por_feature(referencia, produccion, features):
    m = len(features)
    tabla = pd.DataFrame(columns=["D", "p_valor", "p_ajustado"], index=features, dtype=float)
    for f in features:
        ks = comparar_ks(referencia[f], produccion[f])
        tabla.loc[f] = [ks["D"], ks["p_valor"], min(1.0, m * ks["p_valor"])]
    return tabla.sort_values("D")[::-1]

# %% alertas
alertas_ks = lambda t, a=0.05, d=0.1: list(filter(lambda f: t.at[f, "D"] > d and t.at[f, "p_ajustado"] < a, t.index))
