# Counts through sorted arrays and differences of the cumulative count; groupby for the levels.
# %% psi
def psi(referencia, produccion, n_bins=10):
    def proporciones(muestra, internos):
        ordenada = np.sort(np.asarray(muestra, dtype=float))  # los nan quedan al final
        completos = np.count_nonzero(~np.isnan(ordenada))
        hasta = np.searchsorted(ordenada[:completos], internos, side="right")
        conteos = np.diff(np.concatenate([[0], hasta, [completos, ordenada.size]]))
        return np.maximum(conteos / ordenada.size, PISO)

    ref = pd.Series(referencia).dropna()
    bordes = [ref.quantile(i / n_bins) for i in range(n_bins + 1)]
    internos = np.unique(bordes)[1:-1]
    p = proporciones(referencia, internos)
    q = proporciones(produccion, internos)
    print(f"{len(internos) + 1} bins y el de los faltantes")
    return np.sum(q * np.log(q / p)) + np.sum(p * np.log(p / q))

# %% interpretar
def interpretar_psi(valor):
    limites = [(0.25, "significativo"), (0.1, "leve")]
    if valor > limites[0][0]:
        return limites[0][1]
    if not valor < limites[1][0]:
        return limites[1][1]
    return "estable"

# %% psi-categorico
def psi_categorico(referencia, produccion):
    ref = pd.DataFrame({"nivel": referencia.to_numpy(), "muestra": "p"})
    pro = pd.DataFrame({"nivel": produccion.to_numpy(), "muestra": "q"})
    larga = pd.concat([ref, pro])
    conteos = larga.groupby(["nivel", "muestra"], dropna=False).size().unstack(fill_value=0)
    partes = (conteos / conteos.sum()).clip(lower=PISO)
    return float(((partes["q"] - partes["p"]) * np.log(partes["q"] / partes["p"])).sum())
