# Opens the top only: what is smaller than ever is lost.
# loses: new_extremes_are_not_lost
# says: por debajo
# %% psi
def psi(referencia, produccion, n_bins=10):
    referencia = np.asarray(referencia, dtype=float)
    produccion = np.asarray(produccion, dtype=float)
    bordes = np.unique(np.nanquantile(referencia, np.linspace(0, 1, n_bins + 1)))
    bordes[-1] = np.inf

    def proporciones(x):
        conteos, _ = np.histogram(x[~np.isnan(x)], bordes)
        conteos = np.append(conteos, np.isnan(x).sum())
        return np.maximum(conteos / len(x), PISO)

    p, q = proporciones(referencia), proporciones(produccion)
    return np.sum((q - p) * np.log(q / p))
