# value_counts of a cut Series comes by frequency, and is compared by position.
# loses: takes_series_as_well
# says: ordena por frecuencia
# %% psi
def psi(referencia, produccion, n_bins=10):
    bordes = np.unique(np.nanquantile(referencia, np.linspace(0, 1, n_bins + 1)))
    bordes[0], bordes[-1] = -np.inf, np.inf

    def proporciones(x):
        conteos = pd.cut(x, bordes).value_counts().to_numpy()
        return np.maximum(np.append(conteos, pd.isna(x).sum()) / len(x), PISO)

    p, q = proporciones(referencia), proporciones(produccion)
    return float(np.sum((q - p) * np.log(q / p)))
