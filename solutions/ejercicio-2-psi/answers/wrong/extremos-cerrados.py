# pd.cut with the quantiles as they are: new extremes are lost.
# loses: new_extremes_are_not_lost
# says: Abrí los extremos
# %% psi
def psi(referencia, produccion, n_bins=10):
    referencia = np.asarray(referencia, dtype=float)
    produccion = np.asarray(produccion, dtype=float)
    bordes = np.unique(np.nanquantile(referencia, np.linspace(0, 1, n_bins + 1)))

    def proporciones(x):
        conteos = pd.cut(x, bordes, include_lowest=True).value_counts().to_numpy()
        conteos = np.append(conteos, np.isnan(x).sum())
        return np.maximum(conteos / len(x), PISO)

    p, q = proporciones(referencia), proporciones(produccion)
    return np.sum((q - p) * np.log(q / p))
