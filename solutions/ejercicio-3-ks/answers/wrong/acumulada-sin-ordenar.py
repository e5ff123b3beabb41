# searchsorted on values that are not sorted.
# loses: ecdf_is_a_proportion_at_each_point, ecdf_counts_the_equal_ones
# says: ordenalos
# %% ecdf
def ecdf(valores, puntos):
    return np.searchsorted(valores, puntos, side="right") / len(valores)
