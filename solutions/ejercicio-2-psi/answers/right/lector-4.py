# A class that learns the bins, as a scikit-learn transformer would; np.histogram inside.
# %% psi
class Binner:
    def __init__(self, n_bins):
        self.n_bins = n_bins

    def fit(self, x):
        limpio = x[~np.isnan(x)]
        self.bordes = np.unique(np.percentile(limpio, np.linspace(0, 100, self.n_bins + 1)))
        self.bordes[[0, -1]] = [-np.inf, np.inf]
        return self

    def transform(self, x):
        conteos, _ = np.histogram(x[~np.isnan(x)], bins=self.bordes)
        conteos = np.append(conteos, np.isnan(x).sum())
        prop = conteos / len(x)
        return np.where(prop < 1e-4, 1e-4, prop)


def psi(referencia, produccion, n_bins=10):
    r, s = np.array(referencia, float), np.array(produccion, float)
    binner = Binner(n_bins).fit(r)
    return formula(binner.transform(r), binner.transform(s))


def formula(p, q):
    return np.sum((q - p) * np.log(q / p))

# %% interpretar
def interpretar_psi(valor):
    for lectura, condicion in {
        "estable": valor < 0.1,
        "leve": 0.1 <= valor <= 0.25,
        "significativo": valor > 0.25,
    }.items():
        if condicion:
            return lectura

# %% psi-categorico
def psi_categorico(referencia, produccion):
    ref = referencia.astype(object).where(referencia.notna(), "(falta)")
    pro = produccion.astype(object).where(produccion.notna(), "(falta)")
    niveles = list(set(ref.unique()).union(pro.unique()))
    p = np.array([(ref == nivel).mean() for nivel in niveles])
    q = np.array([(pro == nivel).mean() for nivel in niveles])
    return formula(np.clip(p, 1e-4, None), np.clip(q, 1e-4, None))
