# Levels that go missing; digitize and sets of codes; a logger that does not propagate; decimal commas.
# %% simular
def simular_mes(referencia, feature, rng):
    elegidas = rng.integers(0, len(referencia), 3000)
    mes = referencia.iloc[elegidas].reset_index(drop=True)
    if mes[feature].nunique() > 10:
        mes[feature] = (mes[feature] - mes[feature].mean()) * 2.5 + mes[feature].mean()
    else:
        mes.loc[mes[feature] == mes[feature].mode()[0], feature] = np.nan
    mes["fecha"] = np.tile(pd.date_range('2027-01-15', periods=30), 100)
    return mes

# %% psi-por-feature
def una(ref, prod):
    numerica = ref.dtype.kind in "if"
    ref, prod = ref.to_numpy(), prod.to_numpy()
    falta_r, falta_p = pd.isna(ref), pd.isna(prod)
    unicos = set(ref[~falta_r].tolist())
    if numerica and len(unicos) > 10:
        e = np.unique(np.percentile(ref[~falta_r].astype(float), np.arange(0, 101, 10)))[1:-1]
        lugar = lambda x, f: np.where(f, -1, np.digitize(np.where(f, 0, x).astype(float), e))
        r, p, claves = lugar(ref, falta_r), lugar(prod, falta_p), [-1, *range(len(e) + 1)]
    else:
        r = np.where(falta_r, "<NA>", ref.astype(object)).astype(str)
        p = np.where(falta_p, "<NA>", prod.astype(object)).astype(str)
        claves = sorted(set(r) | set(p))
    a = np.maximum([np.mean(r == c) for c in claves], 1e-4)
    b = np.maximum([np.mean(p == c) for c in claves], 1e-4)
    return float(((b - a) * np.log(b / a)).sum())

def psi_por_feature(referencia, produccion):
    pares = [(una(referencia[c], produccion[c]), c) for c in referencia.columns]
    pares.sort(reverse=True)
    return pd.Series([v for v, _ in pares], index=[c for _, c in pares], name="PSI")

# %% alertas
_propio = logging.getLogger("mio.sub")
_propio.propagate = False
_propio.addHandler(logging.NullHandler())
def alertas(serie, limite=0.25):
    pasan = [str(k) for k, v in serie.to_dict().items() if v > limite]
    for k in pasan: _propio.log(logging.WARNING, "drift: %s", k)
    _propio.info("revisadas %d", len(serie))
    return pasan

# %% file MODEL_CARD.md
text = reference.replace("0.", "0,").replace("\n", "\r\n")
