# Counts those above the point.
# loses: ecdf_is_a_proportion_at_each_point, ecdf_counts_the_equal_ones
# says: a la derecha del punto
# %% ecdf
def ecdf(valores, puntos):
    return np.array([(valores > x).mean() for x in puntos])
