# Compares the largest group with the smallest one.
# loses: gap_is_largest_minus_smallest, gap_needs_two_groups
# says: `brecha` dio
# %% brecha
def brecha(tabla, metrica, n_min=10):
    quedan = tabla[tabla["n"] >= n_min].dropna(subset=[metrica]).sort_values("n")
    if len(quedan) < 2:
        return float("nan")
    return float(abs(quedan[metrica].iloc[-1] - quedan[metrica].iloc[0]))
