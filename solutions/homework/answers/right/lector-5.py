# Random trees with weights; resampling by levels; crosstab; a logger per feature; a minimal card.
# %% modelo
from sklearn.compose import make_column_selector
from sklearn.ensemble import ExtraTreesClassifier

preproceso = make_column_transformer(
    (
        make_pipeline(SimpleImputer(strategy="constant", fill_value=-1)),
        make_column_selector(dtype_include="number"),
    ),
    (
        make_pipeline(
            SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")
        ),
        make_column_selector(dtype_exclude="number"),
    ),
)
arboles = ExtraTreesClassifier(
    n_estimators=30, min_samples_leaf=8, class_weight="balanced", random_state=1
)
modelo = make_pipeline(preproceso, arboles)
modelo.fit(entrenamiento.drop(columns="mora")[FEATURES], entrenamiento["mora"])

# %% guardar
joblib.dump(modelo, "./modelo.joblib", compress=True)

# %% simular
class Simulador:
    def __init__(self, referencia, rng):
        self.referencia, self.rng = referencia, rng

    def base(self):
        posiciones = self.rng.permutation(np.resize(np.arange(len(self.referencia)), 3000))
        return self.referencia.take(posiciones).reset_index(drop=True)

    def deriva(self, columna):
        if columna.dtype.kind == "f" or columna.nunique() > 10:
            return columna * 1.8 + columna.std()
        raros = self.referencia[columna.name].value_counts().index[-2:]
        return pd.Series(self.rng.choice(raros, size=len(columna)))


def simular_mes(referencia, feature, rng):
    simulador = Simulador(referencia, rng)
    mes = simulador.base()
    mes[feature] = simulador.deriva(mes[feature])
    dias = pd.Series(pd.date_range(end="2026-10-30", periods=30))
    mes["fecha"] = pd.concat([dias] * 100, ignore_index=True)
    return mes.sort_values("fecha", kind="stable", ignore_index=True)

# %% psi-por-feature
def psi_por_feature(referencia, produccion):
    juntas = pd.concat(
        [referencia, produccion[referencia.columns]], keys=["p", "q"], names=["muestra", None]
    )
    valores = pd.Series(0.0, index=referencia.columns)
    for columna in referencia:
        todo = juntas[columna]
        if pd.api.types.is_numeric_dtype(todo) and referencia[columna].nunique() > 10:
            cortes = referencia[columna].quantile(np.linspace(0, 1, 11)).unique()
            cortes = [-np.inf, *cortes[1:-1], np.inf]
            todo = pd.cut(todo, cortes, labels=False, right=False)
        todo = todo.astype(object).where(todo.notna(), "(falta)").astype(str)
        tabla_ = pd.crosstab(todo, todo.index.get_level_values("muestra"), normalize="columns")
        tabla_ = tabla_.clip(lower=1e-4)
        valores[columna] = ((tabla_.q - tabla_.p) * np.log(tabla_.q / tabla_.p)).sum()
    return valores.sort_values(ascending=False)

# %% alertas
def alertas(psi, umbral=0.25):
    respuesta = []
    for feature, valor in psi.to_dict().items():
        if not valor > umbral:
            continue
        logging.getLogger(f"drift.{feature}").warning("%s: %.4f > %s", feature, valor, umbral)
        respuesta += [feature]
    return respuesta

# %% file MODEL_CARD.md
from sklearn.metrics import recall_score


def medida(filas):
    real, dijo = filas["mora"], modelo.predict(filas[FEATURES])
    return accuracy_score(real, dijo), recall_score(real, dijo)


renglones = [("Total", *medida(evaluacion))]
for cuotas in (3, 12, 24):
    renglones.append((f"cuotas = {cuotas}", *medida(evaluacion[evaluacion["cuotas"] == cuotas])))
cuadro = "\n".join(f"| {g} | {a:.1%} | {r:.1%} |" for g, a, r in renglones)
text = f"""Model card
==========

Detalles del modelo
-------------------

Hecho por Elena Ríos, versión 1. Avisa de más a propósito: pesa igual las dos clases.

| campo | valor |
|---|---|
| Algoritmo | ExtraTreesClassifier, 30 árboles |
| scikit-learn | {sklearn.__version__} |
| Fecha | 2026-11-21 |

Uso previsto
------------

Priorizar qué solicitudes revisa el equipo de créditos del banco.

Usos fuera de alcance: aprobar o rechazar sin una persona; cobrar deudas.

Datos de entrenamiento
----------------------

Mes 1, primeras solicitudes de snapshot1.csv; donde falta un número se pone -1.

Filas: 3500

Datos de evaluación
-------------------

Mes 1, las solicitudes que siguen. No se usaron para entrenar ni para elegir.

Filas: 1500

Métricas
--------

El recall dice qué parte de las moras se anticipa. Va en el total y por cantidad de cuotas.

| grupo | accuracy | recall |
|---|---|---|
{cuadro}

Consideraciones éticas
----------------------

Entran el género y la edad: puede perjudicar a jóvenes. Se midió; no se corrigió.

Limitaciones y recomendaciones
------------------------------

Con los pesos balanceados avisa de más. Revisar el PSI cada mes y reentrenar solo con etiquetas nuevas.
"""
