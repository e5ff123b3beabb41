# Always ten bins.
# loses: number_of_bins_is_obeyed
# says: que no quede un 10 fijo
# %% psi
def psi(referencia, produccion, n_bins=10):
    referencia = np.asarray(referencia, dtype=float)
    produccion = np.asarray(produccion, dtype=float)
    bordes = np.unique(np.nanquantile(referencia, np.linspace(0, 1, 11)))
    bordes[0], bordes[-1] = -np.inf, np.inf

    def proporciones(x):
        conteos, _ = np.histogram(x[~np.isnan(x)], bordes)
        conteos = np.append(conteos, np.isnan(x).sum())
        return np.maximum(conteos / len(x), PISO)

    p, q = proporciones(referencia), proporciones(produccion)
    return np.sum((q - p) * np.log(q / p))
