# np.digitize with left-closed bins, percentages turned into proportions, np.select, crosstab.
# %% psi
PISO_MINIMO = 0.0001
deciles = lambda x, k: np.percentile(x, [100 * i / k for i in range(1, k)])


def cortes(x, k):
    return sorted(set(deciles(x, k)))


def porcentajes(muestra, bordes):
    faltan = pd.isnull(muestra)
    lugar = np.digitize(muestra[~faltan], bordes)
    pct = [100 * np.sum(lugar == i) / len(muestra) for i in range(len(bordes) + 1)]
    pct.append(100 * np.sum(faltan) / len(muestra))
    return np.array(pct)


def psi(esperado, actual, n_bins=10):
    """Las funciones auxiliares tienen nombres que el cuaderno podría pisar."""
    esperado, actual = np.asarray(esperado, dtype="float64"), np.asarray(actual, dtype="float64")
    bordes = cortes(esperado[~np.isnan(esperado)], n_bins)
    e = porcentajes(esperado, bordes) / 100
    a = porcentajes(actual, bordes) / 100
    e[e < PISO_MINIMO] = PISO_MINIMO
    a[a < PISO_MINIMO] = PISO_MINIMO
    return sum((a - e) * np.log(a / e))

# %% interpretar
def interpretar_psi(valor):
    return np.select([valor < 0.1, valor <= 0.25], ["estable", "leve"], "significativo").item()

# %% psi-categorico
def psi_categorico(referencia, produccion):
    valores = pd.concat([referencia, produccion]).astype(object)
    valores = valores.where(valores.notna(), "FALTA").to_numpy()
    de = np.array(["p"] * len(referencia) + ["q"] * len(produccion))
    t = pd.crosstab(valores, de, normalize="columns")
    t = t.mask(t < 1e-4, 1e-4)
    return np.sum((t["q"] - t["p"]) * np.log(t["q"] / t["p"]))
