# Divides by how many points there are.
# loses: ecdf_is_a_proportion_at_each_point, ecdf_counts_the_equal_ones
# says: cantidad de valores
# %% ecdf
def ecdf(valores, puntos):
    return np.searchsorted(np.sort(valores), puntos, side="right") / len(puntos)
