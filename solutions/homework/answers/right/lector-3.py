# A tree; a change of scale or of mix; plain Python counts; a card in prose with percentages.
# %% modelo
numeros = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
prep = make_column_transformer(
    (numeros, NUMERICAS), (OneHotEncoder(handle_unknown="ignore"), CATEGORICAS)
)
modelo = make_pipeline(
    prep, DecisionTreeClassifier(max_depth=5, min_samples_leaf=40, random_state=SEMILLA)
)
modelo.fit(entrenamiento[FEATURES], entrenamiento["mora"])
print("exactitud en entrenamiento:", modelo.score(entrenamiento[FEATURES], entrenamiento["mora"]))

# %% guardar
joblib.dump(value=modelo, filename=Path("modelo.joblib"))

# %% simular
def simular_mes(df, columna, generador):
    partes = []
    inicio = pd.Timestamp(2026, 2, 1)
    for dia in range(30):
        indices = generador.choice(df.index.to_numpy(), size=100)
        parte = df.loc[indices].copy()
        parte["fecha"] = inicio + pd.Timedelta(days=dia)
        partes.append(parte)
    mes = pd.concat(partes, ignore_index=True)
    unicos = df[columna].dropna().unique()
    if len(unicos) > 10:
        centro = df[columna].median()
        mes[columna] = centro + (mes[columna] - centro) * 3
    else:
        unicos = sorted(unicos)
        pesos = np.array([2.0**-i for i in range(len(unicos))])
        frecuentes = df[columna].value_counts().reindex(unicos).rank().to_numpy()
        pesos = pesos[(frecuentes - 1).argsort().argsort()]  # el más raro, el más probable
        mes[columna] = generador.choice(unicos, size=3000, p=pesos / pesos.sum())
    return mes

# %% psi-por-feature
from bisect import bisect_left
from collections import Counter
from math import isnan, log


def psi_por_feature(referencia, produccion):
    pares = []
    for nombre in list(referencia.columns):
        x, y = referencia[nombre].tolist(), produccion[nombre].tolist()
        x = [None if v != v else v for v in x]
        y = [None if v != v else v for v in y]
        distintos = {v for v in x if v is not None}
        if all(isinstance(v, (int, float)) for v in distintos) and len(distintos) > 10:
            limpios = sorted(v for v in x if v is not None)
            cortes = sorted({float(np.percentile(limpios, 10 * k)) for k in range(1, 10)})
            x = ["nan" if v is None else bisect_left(cortes, v) for v in x]
            y = ["nan" if v is None else bisect_left(cortes, v) for v in y]
        cx, cy = Counter(x), Counter(y)
        suma = 0.0
        for clave in cx.keys() | cy.keys():
            p = max(cx[clave] / len(x), 1e-4)
            q = max(cy[clave] / len(y), 1e-4)
            suma += (q - p) * log(q / p)
        pares.append((nombre, suma))
    pares = sorted(pares, key=lambda par: -par[1])
    return pd.Series(dict(pares))

# %% alertas
def alertas(psi, umbral=0.25):
    con_drift = [nombre for nombre, valor in psi.items() if valor > umbral]
    for nombre in con_drift:
        logging.getLogger(__name__).warning("ALERTA " + nombre)
    return con_drift

# %% file MODEL_CARD.md
def pct(x):
    return f"{100 * x:.1f} %".replace(".", ",")


renglones = ["| | Exactitud | Recall |", "|---|---|---|"]
for grupo, dicho in {
    "Global": "En el total", "region = NEA": "NEA", "region = AMBA": "AMBA", "genero = F": "Mujeres", "genero = M": "Varones",
}.items():
    renglones.append(f"| {dicho} | {pct(tabla.loc[grupo, 'Exactitud'])} | {pct(tabla.loc[grupo, 'Recall'])} |")
cuadro = "\n".join(renglones).replace("En el total", "Total")
text = f"""# Ficha del modelo de mora

# 1) Detalles del modelo
Lo hizo Carla Pérez (carla@ejemplo.org). Devuelve 0 o 1 y una probabilidad.

**Tipo de modelo:** árbol de decisión de profundidad 5, con scikit-learn {sklearn.__version__}.
**Fecha:** 21/11/2026.

# 2) Uso previsto
Ayudar a los analistas de un banco a decidir qué solicitudes de préstamos personales miran primero.

Fuera de alcance: no debe usarse para fijar la tasa ni para rechazar a alguien sin revisión humana.

# 3) Datos de entrenamiento
Solicitudes sintéticas del mes 1: las primeras de snapshot1.csv. Donde falta un número va la mediana.

**Filas:** 3.500

# 4) Datos de evaluación
Las solicitudes restantes del mismo mes. El árbol no las usó para aprender.

**Filas:** 1.500

# 5) Métricas
Miré la exactitud porque es fácil de explicar y el recall porque dice cuántas moras se anticipan.

{cuadro}

En NEA el recall es {pct(tabla.loc["region = NEA", "Recall"])}, y en el total, {pct(tabla.loc["Global", "Recall"])}.

# 6) Consideraciones éticas
Puede negarle un crédito a quien iba a pagar, sobre todo en NEA. No se hizo nada para compensarlo.

# 7) Limitaciones y recomendaciones
No se probó con otros meses. Se recomienda revisar el PSI cada semana; se ocupa el equipo de datos.
"""
