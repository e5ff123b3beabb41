# pd.qcut gives the edges; a long table and crosstab do the rest.
# %% psi
def psi(referencia, produccion, n_bins=10):
    referencia = pd.Series(referencia).reset_index(drop=True)
    produccion = pd.Series(produccion).reset_index(drop=True)
    _, cortes = pd.qcut(referencia, n_bins, retbins=True, duplicates="drop")
    cortes[0], cortes[-1] = float("-inf"), float("inf")
    todo = pd.concat([referencia, produccion], ignore_index=True)
    quien = ["ref"] * len(referencia) + ["prod"] * len(produccion)
    bin_ = pd.cut(todo, cortes, labels=False).fillna(-1)
    tabla = pd.crosstab(bin_, pd.Series(quien), normalize="columns").clip(lower=0.0001)
    tabla["aporte"] = (tabla["prod"] - tabla["ref"]) * np.log(tabla["prod"] / tabla["ref"])
    return round(tabla["aporte"].sum(), 10)

# %% interpretar
def interpretar_psi(valor):
    respuesta = "leve"
    if valor < 0.1: respuesta = "estable"
    if valor > 0.25: respuesta = "significativo"
    return respuesta

# %% psi-categorico
from collections import Counter

def psi_categorico(referencia, produccion):
    ref = Counter(referencia.fillna("sin dato"))
    prod = Counter(produccion.fillna("sin dato"))
    niveles = ref.keys() | prod.keys()
    n, m = sum(ref.values()), sum(prod.values())
    tabla = pd.DataFrame({"p": {k: ref[k] / n for k in niveles},
                          "q": {k: prod[k] / m for k in niveles}})
    tabla[tabla < 0.0001] = 0.0001
    return (tabla.q - tabla.p).mul(np.log(tabla.q.div(tabla.p))).sum()
