# Percentages instead of proportions.
# loses: ecdf_is_a_proportion_at_each_point, ecdf_counts_the_equal_ones
# says: porcentajes
# %% ecdf
def ecdf(valores, puntos):
    return np.array([100 * (valores <= x).mean() for x in puntos])
