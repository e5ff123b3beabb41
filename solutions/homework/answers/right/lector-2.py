# Boosting with codes; missing values as drift; NumPy throughout; an English card with lists.
# %% modelo
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.preprocessing import OrdinalEncoder

preparar = make_column_transformer(
    (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), CATEGORICAS),
    remainder="passthrough",
)
boosting = HistGradientBoostingClassifier(max_iter=25, max_leaf_nodes=8, random_state=0)
modelo = make_pipeline(preparar, boosting).fit(
    entrenamiento.loc[:, FEATURES], entrenamiento["mora"].to_numpy()
)

# %% guardar
from pathlib import Path

salida = Path.cwd() / "modelo.joblib"
joblib.dump(modelo, salida, compress=3)

# %% simular
N_DIAS, POR_DIA = 30, 100


def simular_mes(referencia, feature, rng):
    total = N_DIAS * POR_DIA
    mes = referencia.sample(total, replace=True, random_state=rng).reset_index(drop=True)
    falta = rng.random(total) < 0.5
    mes[feature] = mes[feature].mask(falta)
    dias = np.arange("2026-09-01", "2026-10-01", dtype="datetime64[D]")
    return mes.assign(fecha=pd.to_datetime(np.repeat(dias, POR_DIA)))

# %% psi-por-feature
PISO = 1e-4


def _codigos(ref, prod):
    """Enteros: a qué bin va cada valor de cada muestra."""
    if ref.dtype.kind in "iufb" and ref.nunique() > 10:
        valores = ref.dropna().to_numpy(float)
        bordes = np.unique(np.quantile(valores, np.arange(11) / 10))[1:-1]

        def codigo(s):
            x = s.to_numpy(float)
            c = np.searchsorted(bordes, x)
            c[np.isnan(x)] = len(bordes) + 1
            return c

        return codigo(ref), codigo(prod)
    todos, _ = pd.factorize(pd.concat([ref, prod]), use_na_sentinel=False)
    return todos[: len(ref)], todos[len(ref) :]


def psi_por_feature(antes, despues):
    salida = []
    for nombre in antes:
        a, b = _codigos(antes[nombre], despues[nombre])
        n = max(a.max(), b.max()) + 1
        p = np.fmax(np.bincount(a, minlength=n) / a.size, PISO)
        q = np.fmax(np.bincount(b, minlength=n) / b.size, PISO)
        salida.append(((q - p) @ np.log(q / p), nombre))
    salida.sort(reverse=True)
    return pd.Series([v for v, _ in salida], index=[n for _, n in salida], name="psi")

# %% alertas
aviso = logging.getLogger("alertas.psi")


def alertas(psi, umbral=0.25):
    nombres = psi.index[psi.to_numpy() > umbral].to_list()
    for nombre in nombres:
        aviso.warning("Feature con drift: %s", nombre)
    aviso.debug("listo")
    return nombres

# %% file MODEL_CARD.md
rows = ["| Group | n | Accuracy | Recall | AUC |", "|---|---|---|---|---|"]
for group in ("Global", "genero = F", "genero = M", "region = NEA"):
    row = tabla.loc[group]
    figures = " | ".join(f"{row[name]:.3f}" for name in ("Exactitud", "Recall", "AUC"))
    rows.append(f"| {group.replace('Global', 'Overall')} | {row['Casos']:,.0f} | {figures} |")
table = "\n".join(rows)
text = f"""---
license: cc-by-4.0
language: es
---

# Credit default model

## Model Details

- Made by: Bruno Díaz, version 1.0
- Model type: gradient boosting with 25 trees (scikit-learn {sklearn.__version__})
- Model date: November 2026
- Input: the eight raw columns. Output: probability of default (`mora = 1`).

## Intended Use

- Rank personal-loan applications so that an analyst reviews the riskiest first.

### Out-of-scope use

- Rejecting anybody automatically; business loans; any country but this one.

## Training Data

The first rows of snapshot1.csv (month 1, synthetic). Missing numbers go down their own branch.

- Number of rows: 3,500

## Evaluation Data

The remaining rows of the same month, never used for training.

- Number of rows: 1,500

## Metrics

Recall says how many defaults are caught; AUC, whether the order is useful. Factors: gender and region.

{table}

## Ethical Considerations

Gender and region are inputs, so people of a region may be refused more often. Not mitigated; only measured.

## Caveats and Recommendations

It has not been tried on later months. Monitor PSI every month; if recall falls, go back to manual review.
"""
