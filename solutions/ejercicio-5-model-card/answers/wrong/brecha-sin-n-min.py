# Ignores the groups' sizes.
# loses: gap_is_largest_minus_smallest, gap_needs_two_groups
# says: Con grupos de 9 y de 10
# %% brecha
def brecha(tabla, metrica, n_min=10):
    return float(tabla[metrica].max() - tabla[metrica].min())
