# Bins of equal width.
# loses: numbers_follow_the_definition
# says: no es el de la definición
# %% psi-por-feature
def psi_por_feature(referencia, produccion):
    """PSI de cada columna de `referencia`.

    referencia, produccion: DataFrames; `produccion` puede tener columnas de más.
    Devuelve una Series: el índice son las columnas de `referencia`; ordenada de mayor a menor.
    """
    valores = {
        columna: psi_de_una_columna(referencia[columna], produccion[columna])
        for columna in referencia
    }
    return pd.Series(valores).sort_values(ascending=False)


def psi_de_una_columna(referencia, produccion, n_bins=10, piso=1e-4):
    es_numerica = pd.api.types.is_numeric_dtype(referencia) and referencia.nunique() > 10
    if es_numerica:
        bordes = np.linspace(referencia.min(), referencia.max(), n_bins + 1)
        bordes[0], bordes[-1] = -np.inf, np.inf
        referencia = pd.cut(referencia, bordes, labels=False)
        produccion = pd.cut(produccion, bordes, labels=False)
    p = referencia.value_counts(normalize=True, dropna=False)
    q = produccion.value_counts(normalize=True, dropna=False)
    niveles = p.index.append(q.index).unique()
    p = p.reindex(niveles, fill_value=0).to_numpy().clip(min=piso)
    q = q.reindex(niveles, fill_value=0).to_numpy().clip(min=piso)
    return float(np.sum((q - p) * np.log(q / p)))
