# Takes a number with fewer than twenty values as levels.
# loses: numbers_follow_the_definition
# says: van deciles, no un bin por valor
# %% psi-por-feature
def psi_por_feature(referencia, produccion):
    valores = {c: psi_de(referencia[c], produccion[c]) for c in referencia}
    return pd.Series(valores).sort_values(ascending=False)


def psi_de(a, b):
    if pd.api.types.is_numeric_dtype(a) and a.nunique() >= 20:
        bordes = np.unique(a.quantile(np.linspace(0, 1, 11)))
        bordes[0], bordes[-1] = -np.inf, np.inf
        a, b = pd.cut(a, bordes, labels=False), pd.cut(b, bordes, labels=False)
    tabla_ = pd.concat(
        [x.value_counts(normalize=True, dropna=False) for x in (a, b)], axis=1, keys=["p", "q"]
    )
    p, q = tabla_.fillna(0).clip(lower=1e-4).to_numpy().T
    return np.sum((q - p) * np.log(q / p))
