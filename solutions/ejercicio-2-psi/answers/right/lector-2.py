# pandas: pd.cut with its own category for the missing values, then value_counts.
# %% psi
def psi(referencia, produccion, n_bins=10):
    ref = pd.Series(np.asarray(referencia, dtype=float))
    prod = pd.Series(np.asarray(produccion, dtype=float))
    bordes = ref.quantile(np.linspace(0, 1, n_bins + 1)).drop_duplicates().tolist()
    bordes[0] = -np.inf
    bordes[-1] = np.inf

    def proporciones(s):
        cortada = pd.cut(s, bins=bordes).cat.add_categories("nan").fillna("nan")
        return cortada.value_counts(normalize=True, sort=False).clip(lower=PISO)

    p = proporciones(ref)
    q = proporciones(prod)
    return ((q - p) * np.log(q / p)).sum()

# %% interpretar
def interpretar_psi(valor):
    return str(pd.cut([valor], [-np.inf, 0.1 - 1e-12, 0.25, np.inf],
                      labels=["estable", "leve", "significativo"])[0])

# %% psi-categorico
def psi_categorico(referencia, produccion):
    p = referencia.value_counts(normalize=True, dropna=False)
    q = produccion.value_counts(normalize=True, dropna=False)
    tabla = pd.concat([p, q], axis=1, keys=["p", "q"]).fillna(0).clip(lower=PISO)
    return ((tabla["q"] - tabla["p"]) * np.log(tabla["q"] / tabla["p"])).sum()
