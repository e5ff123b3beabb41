# The share in a histogram's bins, not accumulated.
# loses: ecdf_is_a_proportion_at_each_point, ecdf_counts_the_equal_ones
# says: se acumula
# %% ecdf
def ecdf(valores, puntos):
    return np.array([(abs(valores - x) < 1).mean() for x in puntos])
