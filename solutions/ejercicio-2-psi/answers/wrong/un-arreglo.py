# Forgets the sum.
# loses: agrees_with_the_definition, takes_series_as_well, stays_finite_when_a_bin_is_empty, new_extremes_are_not_lost, missing_values_are_a_bin, missing_values_may_appear_and_vanish, number_of_bins_is_obeyed, repeated_edges_do_not_break_it
# says: un solo número
# %% psi
def psi(referencia, produccion, n_bins=10):
    referencia = np.asarray(referencia, dtype=float)
    produccion = np.asarray(produccion, dtype=float)
    bordes = np.unique(np.nanquantile(referencia, np.linspace(0, 1, n_bins + 1)))
    bordes[0], bordes[-1] = -np.inf, np.inf

    def proporciones(x):
        conteos, _ = np.histogram(x[~np.isnan(x)], bordes)
        conteos = np.append(conteos, np.isnan(x).sum())
        return np.maximum(conteos / len(x), PISO)

    p, q = proporciones(referencia), proporciones(produccion)
    return (q - p) * np.log(q / p)
