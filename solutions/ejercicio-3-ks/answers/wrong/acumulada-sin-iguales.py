# Counts the smaller ones only.
# loses: ecdf_counts_the_equal_ones
# says: menores o iguales
# %% ecdf
def ecdf(valores, puntos):
    return np.array([(valores < x).mean() for x in puntos])
