# Drops the missing values.
# loses: missing_values_are_a_bin, missing_values_may_appear_and_vanish
# says: se descartaron
# %% psi
def psi(referencia, produccion, n_bins=10):
    referencia = np.asarray(referencia, dtype=float)
    produccion = np.asarray(produccion, dtype=float)
    bordes = np.unique(np.nanquantile(referencia, np.linspace(0, 1, n_bins + 1)))
    bordes[0], bordes[-1] = -np.inf, np.inf

    referencia = referencia[~np.isnan(referencia)]
    produccion = produccion[~np.isnan(produccion)]

    def proporciones(x):
        conteos, _ = np.histogram(x[~np.isnan(x)], bordes)
        conteos = np.append(conteos, np.isnan(x).sum())
        return np.maximum(conteos / len(x), PISO)

    p, q = proporciones(referencia), proporciones(produccion)
    return np.sum((q - p) * np.log(q / p))
