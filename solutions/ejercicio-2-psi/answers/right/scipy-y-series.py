# scipy's rel_entr both ways (Jeffreys), pandas' interval index, a merge of levels.
# %% psi
from scipy.special import rel_entr


def psi(referencia, produccion, n_bins=10):
    referencia, produccion = pd.Series(referencia, dtype=float), pd.Series(produccion, dtype=float)
    cuantiles = referencia.quantile([i / n_bins for i in range(n_bins + 1)]).unique()
    intervalos = pd.IntervalIndex.from_breaks([-np.inf, *cuantiles[1:-1], np.inf], closed="left")
    partes = []
    for muestra in (referencia, produccion):
        lugar = intervalos.get_indexer(muestra.dropna())
        cuenta = pd.Series(lugar).value_counts().reindex(range(len(intervalos)), fill_value=0)
        cuenta["nan"] = muestra.isna().sum()
        partes.append((cuenta / len(muestra)).clip(PISO).to_numpy())
    p, q = partes
    return rel_entr(q, p).sum() + rel_entr(p, q).sum()

# %% interpretar
import bisect


def interpretar_psi(psi_calculado):
    if psi_calculado == 0.25:
        return "leve"
    return ("estable", "leve", "significativo")[bisect.bisect([0.1, 0.25], psi_calculado)]

# %% psi-categorico
def psi_categorico(referencia, produccion):
    def tabla(serie, nombre):
        faltan = serie.isnull().sum()
        t = serie.dropna().value_counts().rename_axis("nivel").reset_index(name=nombre)
        t["nivel"] = t["nivel"].map(lambda nivel: ("nivel", nivel))
        t.loc[len(t)] = [("faltante", ""), faltan]
        t[nombre] = t[nombre] / len(serie)
        return t

    juntas = tabla(referencia, "p").merge(tabla(produccion, "q"), on="nivel", how="outer")
    p = juntas["p"].fillna(0).apply(lambda v: max(v, 0.0001))
    q = juntas["q"].fillna(0).apply(lambda v: max(v, 0.0001))
    return np.float64(((q - p) * np.log(q / p)).sum())
