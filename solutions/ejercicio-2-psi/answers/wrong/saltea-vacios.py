# Leaves empty bins out of the sum.
# loses: stays_finite_when_a_bin_is_empty, missing_values_may_appear_and_vanish
# says: no se saltean
# %% psi
def psi(referencia, produccion, n_bins=10):
    referencia = np.asarray(referencia, dtype=float)
    produccion = np.asarray(produccion, dtype=float)
    bordes = np.unique(np.nanquantile(referencia, np.linspace(0, 1, n_bins + 1)))
    bordes[0], bordes[-1] = -np.inf, np.inf

    def proporciones(x):
        conteos, _ = np.histogram(x[~np.isnan(x)], bordes)
        conteos = np.append(conteos, np.isnan(x).sum())
        return conteos / len(x)

    p, q = proporciones(referencia), proporciones(produccion)
    llenos = (p > 0) & (q > 0)
    p, q = p[llenos], q[llenos]
    return np.sum((q - p) * np.log(q / p))
