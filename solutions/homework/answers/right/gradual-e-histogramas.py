# A drift that grows day by day; histograms with a bin of its own for NaN; English headings.
# %% simular
def simular_mes(referencia, feature, rng):
    elegidas = rng.integers(0, len(referencia), 3000)
    mes = referencia.iloc[elegidas].reset_index(drop=True)
    avance = np.repeat(np.arange(30) / 29, 100)
    toca = rng.random(3000) < avance
    extremo = mes[feature].value_counts().index[-1] if mes[feature].nunique() < 11 else mes[feature].max()
    mes.loc[toca, feature] = extremo
    mes["fecha"] = pd.date_range('2026-03-01', periods=30).repeat(100)
    return mes

# %% psi-por-feature
def _psi(e, a):
    return np.sum((a - e) * np.log(a / e))

def psi_por_feature(esperado, real):
    resultado = {}
    for columna in esperado:
        x, y = esperado[columna], real[columna]
        if columna in CATEGORICAS or x.dropna().nunique() <= 10:
            def reparto(s):
                return s.fillna(-1 if s.dtype.kind in "iuf" else "?").value_counts() / len(s)
            partes = pd.DataFrame({"x": reparto(x), "y": reparto(y)}).fillna(0)
            e, a = partes["x"].to_numpy(), partes["y"].to_numpy()
        else:
            bordes = np.unique(x.quantile([i / 10 for i in range(11)]))
            bordes[[0, -1]] = -np.inf, np.inf
            e = np.append(np.histogram(x.dropna(), bordes)[0], x.isna().sum()) / len(x)
            a = np.append(np.histogram(y.dropna(), bordes)[0], y.isna().sum()) / len(y)
        resultado[columna] = _psi(np.clip(e, 1e-4, None), np.clip(a, 1e-4, None))
    return pd.Series(resultado, dtype=object).astype(float).sort_values()[::-1]

# %% alertas
def alertas(psi, umbral=0.25):
    lista = []
    for nombre in sorted(psi.index):
        if psi[nombre] > umbral:
            logging.warning(f"[{nombre}] tiene drift")
            lista.append(nombre)
    return lista

# %% file MODEL_CARD.md
text = reference.replace("## 5. Métricas", "## Metrics").replace(
    "## 6. Consideraciones éticas", "### Ethical Considerations"
)
