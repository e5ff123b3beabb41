# pd.cut without removing repeated edges.
# loses: repeated_edges_do_not_break_it
# says: varios deciles valen 0
# %% psi
def psi(referencia, produccion, n_bins=10):
    referencia = np.asarray(referencia, dtype=float)
    produccion = np.asarray(produccion, dtype=float)
    bordes = np.nanquantile(referencia, np.linspace(0, 1, n_bins + 1))
    bordes[0], bordes[-1] = -np.inf, np.inf

    def proporciones(x):
        conteos = pd.cut(x, bordes).value_counts().to_numpy()
        conteos = np.append(conteos, np.isnan(x).sum())
        return np.maximum(conteos / len(x), PISO)

    p, q = proporciones(referencia), proporciones(produccion)
    return np.sum((q - p) * np.log(q / p))
