# Looks values up by label: breaks with a Series of another index.
# loses: takes_series_as_well
# says: busca la etiqueta 0
# %% psi
def psi(referencia, produccion, n_bins=10):
    referencia = np.array([referencia[i] for i in range(len(referencia))], dtype=float)
    produccion = np.array([produccion[i] for i in range(len(produccion))], dtype=float)
    bordes = np.unique(np.nanquantile(referencia, np.linspace(0, 1, n_bins + 1)))
    bordes[0], bordes[-1] = -np.inf, np.inf

    def proporciones(x):
        conteos, _ = np.histogram(x[~np.isnan(x)], bordes)
        conteos = np.append(conteos, np.isnan(x).sum())
        return np.maximum(conteos / len(x), PISO)

    p, q = proporciones(referencia), proporciones(produccion)
    return np.sum((q - p) * np.log(q / p))
