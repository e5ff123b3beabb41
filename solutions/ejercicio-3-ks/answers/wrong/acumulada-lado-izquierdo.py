# searchsorted with its default side.
# loses: ecdf_counts_the_equal_ones
# says: argumento side
# %% ecdf
def ecdf(valores, puntos):
    return np.searchsorted(np.sort(valores), puntos) / len(valores)
