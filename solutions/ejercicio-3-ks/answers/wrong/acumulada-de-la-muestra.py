# The distribution at its own values: ignores the points.
# loses: ecdf_is_a_proportion_at_each_point, ecdf_counts_the_equal_ones
# says: un número por punto
# %% ecdf
def ecdf(valores, puntos):
    return np.arange(1, len(valores) + 1) / len(valores)
