# Naive Bayes; a drift that grows day by day; histograms; a card whose columns are the groups.
# %% modelo
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

columnas_numericas = Pipeline([("falta", SimpleImputer(strategy="mean", add_indicator=True))])
modelo = Pipeline(
    steps=[
        (
            "prep",
            make_column_transformer(
                (columnas_numericas, NUMERICAS),
                (OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORICAS),
            ),
        ),
        ("clf", GaussianNB(var_smoothing=1e-6)),
    ]
)
modelo = modelo.fit(X=entrenamiento[FEATURES], y=entrenamiento.mora)

# %% guardar
archivo = "modelo.joblib"
joblib.dump(modelo, archivo)
print("pesa", round(Path(archivo).stat().st_size / 1024), "KiB")

# %% simular
def simular_mes(referencia, feature, rng):
    mes = referencia.iloc[rng.choice(len(referencia), 3_000, replace=True)].reset_index(drop=True)
    dia = np.arange(3_000) // 100
    afectadas = rng.uniform(size=3_000) < 0.2 + 0.8 * dia / 29
    if pd.api.types.is_numeric_dtype(referencia[feature]):
        nuevo = referencia[feature].max()
    else:
        nuevo = "nivel que no estaba"
    mes[feature] = mes[feature].where(~afectadas, nuevo)
    mes.insert(0, "fecha", pd.Timestamp("2026-08-01") + pd.to_timedelta(dia, unit="D"))
    return mes

# %% psi-por-feature
def proporciones(conteos):
    return np.clip(np.asarray(conteos, dtype=float) / np.sum(conteos), 0.0001, None)


def psi_por_feature(referencia, produccion):
    def numerico(r, p):
        bordes = np.unique(np.nanpercentile(r, range(0, 101, 10)))
        bordes[0], bordes[-1] = -np.inf, np.inf
        return [
            np.append(np.histogram(s.dropna(), bins=bordes)[0], s.isna().sum()) for s in (r, p)
        ]

    def categorico(r, p):
        tabla_ = pd.DataFrame(
            {"r": r.value_counts(dropna=False), "p": p.value_counts(dropna=False)}
        ).fillna(0)
        return tabla_["r"], tabla_["p"]

    def uno(columna):
        r, p = referencia[columna], produccion[columna]
        es_numero = pd.api.types.is_numeric_dtype(r) and r.nunique(dropna=True) > 10
        a, b = (proporciones(c) for c in (numerico if es_numero else categorico)(r, p))
        return np.sum((b - a) * (np.log(b) - np.log(a)))

    return referencia.columns.to_series().map(uno).sort_values(ascending=False)

# %% alertas
def alertas(psi, umbral=0.25):
    psi = psi.sort_values()
    fuera = psi.loc[lambda s: s > umbral]
    log = logging.getLogger("guardia")
    for i in range(len(fuera)):
        log.log(logging.WARNING, "%s está en %.2f", fuera.index[i], fuera.iloc[i])
    return list(fuera.index)

# %% file MODEL_CARD.md
grupos = {"Global": "Global", "Cuyo": "region = Cuyo", "NEA": "region = NEA", "NOA": "region = NOA"}
lineas = ["| Región | Exactitud | Recall | AUC |", "|---|---|---|---|"]
for nombre, grupo in grupos.items():
    celdas = (f"{tabla.loc[grupo, metrica]:.2f}".replace(".", ",") for metrica in ("Exactitud", "Recall", "AUC"))
    lineas.append(f"| {nombre} | " + " | ".join(celdas) + " |")
cuadro = "\n".join(lineas)
text = f"""# Riesgo de mora

## ℹ️ Detalles del modelo

* **Autor**: Darío Luna
* **Versión**: 0.1
* **Fecha**: 21 de noviembre de 2026
* **Algoritmo**: Bayes ingenuo gaussiano
* **Versión de scikit-learn**: {sklearn.__version__}

## 🎯 Uso previsto

Ordenar solicitudes de préstamos personales para que las revise una persona.

### Usos fuera de alcance

1. Decidir sin una persona.
2. Tarjetas de crédito.

## 📚 Datos de entrenamiento

Comienzo de snapshot1.csv (mes 1). Los faltantes se completan con la media y se marcan.

* **Filas**: 3.500

## 🧪 Datos de evaluación

Desde la fila que sigue hasta el final de snapshot1.csv.

* **Filas**: 1.500

## 📏 Métricas

Miro el recall, porque cada mora no vista cuesta.

{cuadro}

## ⚖️ Consideraciones éticas

Usa el género y la edad. Una persona de NEA puede recibir peor trato. No lo corregí.

## 🚧 Limitaciones y recomendaciones

Supone que las variables son independientes, y no lo son: la probabilidad exagera. Vigilar el PSI y, si
suena, frenar y volver a la revisión manual.
"""
