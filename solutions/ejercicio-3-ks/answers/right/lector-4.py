# A class; the distribution as percent ranks of a Series; statsmodels for the correction.
# %% ecdf
class Acumulada:
    def __init__(self, valores):
        conteos = pd.Series(valores).value_counts().sort_index().cumsum()
        self.x, self.y = conteos.index.to_numpy(), conteos.to_numpy() / conteos.iloc[-1]

    def __call__(self, x):
        anteriores = self.x[self.x <= x]
        return 0.0 if len(anteriores) == 0 else self.y[len(anteriores) - 1]


def ecdf(valores, puntos):
    F = Acumulada(valores)
    return np.fromiter((F(x) for x in puntos), dtype=float)

# %% comparar
def limpiar(serie):
    return serie[~serie.isnull()].astype(float)


def comparar_ks(referencia, produccion):
    muestras = limpiar(referencia), limpiar(produccion)
    resultado = ks_2samp(*muestras, alternative="two-sided")
    salida = {"D": resultado.statistic, "p_valor": resultado.pvalue}
    salida["x"] = resultado.statistic_location
    salida["n_referencia"], salida["n_produccion"] = map(len, muestras)
    salida["signo"] = resultado.statistic_sign
    return salida

# %% por-feature
from statsmodels.stats.multitest import multipletests


def ks_por_feature(referencia, produccion, features):
    D, p = [], []
    for f in features:
        resultado = ks_2samp(limpiar(referencia[f]), limpiar(produccion[f]))
        D.append(resultado.statistic)
        p.append(resultado.pvalue)
    ajustados = multipletests(p, method="bonferroni")[1]
    orden = np.argsort(D)[::-1]
    return pd.DataFrame({"D": D, "p_valor": p, "p_ajustado": ajustados}, index=features).iloc[orden]

# %% alertas
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    significativas = set(tabla[tabla.p_ajustado < alfa].index)
    grandes = set(tabla[tabla.D > d_minimo].index)
    return sorted(significativas & grandes)
