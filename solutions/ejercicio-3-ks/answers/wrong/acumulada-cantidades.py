# Counts instead of proportions.
# loses: ecdf_is_a_proportion_at_each_point, ecdf_counts_the_equal_ones
# says: dividí por la cantidad
# %% ecdf
def ecdf(valores, puntos):
    return np.array([(valores <= x).sum() for x in puntos])
