# No floor; a bin for the missing values only where there are some.
# loses: stays_finite_when_a_bin_is_empty, missing_values_may_appear_and_vanish
# says: logaritmo de cero
# %% psi
def psi(referencia, produccion, n_bins=10):
    referencia = np.asarray(referencia, dtype=float)
    produccion = np.asarray(produccion, dtype=float)
    bordes = np.unique(np.nanquantile(referencia, np.linspace(0, 1, n_bins + 1)))
    bordes[0], bordes[-1] = -np.inf, np.inf

    def proporciones(x):
        conteos, _ = np.histogram(x[~np.isnan(x)], bordes)
        conteos = np.append(conteos, np.isnan(x).sum())
        return (conteos if hay else conteos[:-1]) / len(x)

    hay = np.isnan(referencia).any() or np.isnan(produccion).any()
    p, q = proporciones(referencia), proporciones(produccion)
    return np.sum((q - p) * np.log(q / p))
