# Takes the first group from the last one.
# loses: gap_is_largest_minus_smallest, gap_needs_two_groups
# says: `brecha` dio
# %% brecha
def brecha(tabla, metrica, n_min=10):
    valores = tabla.loc[tabla["n"] >= n_min, metrica].dropna()
    return abs(valores.iloc[0] - valores.iloc[-1]) if len(valores) > 1 else float("nan")
