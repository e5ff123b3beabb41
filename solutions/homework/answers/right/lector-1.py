# A forest; drift by the column's type; pandas in a loop; logging from the root.
# %% modelo
from sklearn.ensemble import RandomForestClassifier

X = entrenamiento[FEATURES]
y = entrenamiento["mora"]
modelo = make_pipeline(
    make_column_transformer(
        (SimpleImputer(), NUMERICAS),
        (OneHotEncoder(handle_unknown="ignore"), CATEGORICAS),
    ),
    RandomForestClassifier(n_estimators=40, max_depth=7, random_state=SEMILLA, n_jobs=1),
)
modelo.fit(X, y)

# %% guardar
with open("modelo.joblib", "wb") as f:
    joblib.dump(modelo, f)

# %% simular
def simular_mes(referencia, feature, rng):
    filas = rng.integers(0, len(referencia), size=3000)
    mes = referencia.iloc[filas].copy()
    mes = mes.reset_index(drop=True)
    if feature in ["canal", "region", "genero", "cuotas"]:
        # el nivel menos común pasa a ser el más común
        raro = referencia[feature].value_counts().idxmin()
        cuales = rng.choice(3000, size=1500, replace=False)
        mes.loc[cuales, feature] = raro
    else:
        mes[feature] = mes[feature] + referencia[feature].std()
    dias = pd.date_range("2026-04-01", periods=30)
    mes["fecha"] = [dias[i // 100] for i in range(3000)]
    return mes

# %% psi-por-feature
def psi_por_feature(referencia, produccion):
    resultado = {}
    for col in referencia.columns:
        a = referencia[col]
        b = produccion[col]
        if a.dtype == object or isinstance(a.dtype, pd.StringDtype) or a.nunique() <= 10:
            a = a.astype(object).where(a.notna(), "FALTA")
            b = b.astype(object).where(b.notna(), "FALTA")
            grupos = set(a) | set(b)
            p = [max((a == g).mean(), 0.0001) for g in grupos]
            q = [max((b == g).mean(), 0.0001) for g in grupos]
        else:
            cortes = a.quantile([k / 10 for k in range(1, 10)]).drop_duplicates().tolist()
            cortes = [-np.inf] + cortes + [np.inf]
            p, q = [], []
            for desde, hasta in zip(cortes[:-1], cortes[1:]):
                p.append(max(((a > desde) & (a <= hasta)).mean(), 0.0001))
                q.append(max(((b > desde) & (b <= hasta)).mean(), 0.0001))
            p.append(max(a.isna().mean(), 0.0001))
            q.append(max(b.isna().mean(), 0.0001))
        total = 0
        for pi, qi in zip(p, q):
            total += (qi - pi) * np.log(qi / pi)
        resultado[col] = total
    return pd.Series(resultado).sort_values(ascending=False)

# %% alertas
def alertas(psi, umbral=0.25):
    lista = []
    for feature in psi.index:
        if psi[feature] > umbral:
            logging.warning(f"{feature} tiene un PSI de {psi[feature]:.3f}")
            lista.append(feature)
    return lista

# %% file MODEL_CARD.md
filas = en_markdown(tabla.loc[["Global", "genero = F", "genero = M", "region = NEA"]])
text = f"""# Model card de mora

## Detalles del modelo

Bosque aleatorio de 40 árboles hecho por Ana Gómez (ana@ejemplo.org), versión 1.
Recibe las ocho columnas de la solicitud y devuelve la probabilidad de mora.

Algoritmo: RandomForestClassifier
Versión de scikit-learn: {sklearn.__version__}
Fecha: noviembre de 2026

## Uso previsto

Sirve para que los analistas de crédito ordenen las solicitudes nuevas y revisen primero las de más
riesgo.

**Usos fuera de alcance:** no se puede usar para rechazar solicitudes sin que las mire una persona, ni
para empresas.

## Datos de entrenamiento

Las primeras de `snapshot1.csv`, del mes 1. Los números que faltan se completan con la media.

Filas: 3.500

## Datos de evaluación

Las otras de `snapshot1.csv`, que el modelo no vio.

Filas: 1.500

## Métricas

Elegí el recall porque importa anticipar las moras. Medí por género y por región.

{filas}

## Consideraciones éticas

El género y la región entran al modelo y pueden discriminar. Lo medí, pero no lo corregí.

## Limitaciones y recomendaciones

Anda mal en NEA. Hay que calcular el PSI todos los meses y volver a la versión anterior si cae el recall.
"""
