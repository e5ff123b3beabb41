# NumPy: searchsorted and bincount; the missing values get the last number.
# %% psi
def _proporciones(x, internos):
    x = np.asarray(x, dtype=float)
    codigos = np.searchsorted(internos, x, side="right")
    codigos[np.isnan(x)] = len(internos) + 1
    return np.maximum(np.bincount(codigos, minlength=len(internos) + 2) / x.size, PISO)


def psi(referencia, produccion, n_bins=10):
    base = np.asarray(referencia, dtype=float)
    bordes = np.unique(np.nanquantile(base, np.arange(n_bins + 1) / n_bins))
    p, q = (_proporciones(m, bordes[1:-1]) for m in (referencia, produccion))
    return np.dot(q - p, np.log(q) - np.log(p))

# %% interpretar
LECTURAS = ["estable", "leve", "significativo"]
interpretar_psi = lambda valor: LECTURAS[int(valor >= 0.1) + int(valor > 0.25)]

# %% psi-categorico
def psi_categorico(referencia, produccion):
    juntas = pd.concat([pd.Series(referencia), pd.Series(produccion)], ignore_index=True)
    codigos, niveles = pd.factorize(juntas)  # los faltantes quedan en -1
    codigos = codigos + 1
    n = len(referencia)
    k = len(niveles) + 1
    p = np.maximum(np.bincount(codigos[:n], minlength=k) / n, PISO)
    q = np.maximum(np.bincount(codigos[n:], minlength=k) / (len(juntas) - n), PISO)
    return float(np.sum((q - p) * np.log(q / p)))
