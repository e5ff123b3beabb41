# Answers in the order of the sorted points.
# loses: ecdf_is_a_proportion_at_each_point, ecdf_counts_the_equal_ones
# says: orden en que llegan
# %% ecdf
def ecdf(valores, puntos):
    return np.searchsorted(np.sort(valores), np.sort(puntos), side="right") / len(valores)
