# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Ejercicio 3 · La prueba de Kolmogórov-Smirnov
#
# **40 minutos · 12 puntos** (10 automáticos y 2 que corrige una persona)
#
# ¿Los montos que piden los clientes en el mes 6 se parecen a los del mes 1, con los que se entrenó el
# modelo? La prueba de **Kolmogórov-Smirnov** (KS) lo contesta sin elegir bins: compara las dos
# distribuciones enteras. Devuelve dos números, y casi todos miran el equivocado.
#
# Al terminar vas a poder:
#
# 1. leer una distribución acumulada y encontrar en ella la distancia **D**;
# 2. usar `ks_2samp` sin que un dato faltante te deje sin alarma;
# 3. vigilar muchas features a la vez sin que suene una alarma falsa por mes;
# 4. decidir cuándo `p < 0,05` **no** es una alerta.
#
# | parte | qué escribís | puntos |
# |---|---|---|
# | 1 | `ecdf` | 2 |
# | 2 | `comparar_ks` | 3 |
# | 3 | `ks_por_feature` | 2 |
# | 4 | `alertas_ks` | 3 |
# | 5 | tu interpretación, en palabras | 2 |

# %%
# Imports y configuración inicial
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.stats import ks_2samp

DATOS = next(
    carpeta / "datasets"
    for carpeta in [Path.cwd(), *Path.cwd().parents]
    if (carpeta / "datasets").is_dir()
)
plt.style.use(DATOS / "estilo.mplstyle")
SEMILLA = 59

# %% [markdown]
# ## Un ejemplo resuelto: cinco esperas antes, cinco después
#
# Una sucursal mide cuántos minutos espera la gente. Estas son cinco esperas de marzo y cinco de abril,
# cuando ya había un cajero menos.
#
# La **distribución acumulada empírica** (ECDF) en un punto $x$ es la proporción de valores **menores o
# iguales** que $x$. Para comparar dos muestras se miran las dos ECDF en todos los puntos: la mayor
# diferencia, sin signo, es **D**.
#
# $$D = \max_x \left| F_{\text{marzo}}(x) - F_{\text{abril}}(x) \right|$$
#
# **Antes de correr, ¿qué esperás ver?** Buscá a ojo en qué minuto se separan más.

# %%
marzo = np.array([2, 4, 5, 7, 9])
abril = np.array([5, 8, 9, 12, 15])

puntos = np.union1d(marzo, abril)
acumuladas = pd.DataFrame(
    {
        "marzo": [(marzo <= x).mean() for x in puntos],
        "abril": [(abril <= x).mean() for x in puntos],
    },
    index=pd.Index(puntos, name="minutos"),
)
acumuladas["distancia"] = (acumuladas["marzo"] - acumuladas["abril"]).abs()
acumuladas.round(2)

# %% [markdown]
# A los 7 minutos ya habían atendido a 4 de cada 5 en marzo, y a 1 de cada 5 en abril: **D = 0,6**. D
# está siempre entre 0 (iguales) y 1 (ni siquiera se tocan), y no tiene unidades.
#
# El otro número es el **valor p**: si las dos muestras vinieran de la misma distribución, ¿con qué
# probabilidad saldría una D así o más grande, por azar? Mirá qué pasa con las mismas esperas, y con
# diez veces más datos que se reparten igual.

# %%
for veces in (1, 10):
    resultado = ks_2samp(np.tile(marzo, veces), np.tile(abril, veces))
    print(f"n = {5 * veces:2d} por mes: D = {resultado.statistic:.2f}, p = {resultado.pvalue:.2g}")

# %% [markdown]
# La misma diferencia, y dos conclusiones opuestas si se mira solo `p`. **D dice cuánto cambió. El valor
# p dice cuánta evidencia hay de que *algo* cambió**, y esa evidencia crece con la cantidad de datos.
# Guardá esta idea: es la mitad del ejercicio.
#
# ## Los datos

# %% nbgrader={"grade": false, "grade_id": "datos", "locked": true, "schema_version": 3, "solution": false, "task": false}
mes_1 = pd.read_csv(DATOS / "snapshot1.csv")
mes_6 = pd.read_csv(DATOS / "snapshot2.csv")
FEATURES = ["edad", "monto", "ingreso", "antiguedad_laboral", "cuotas"]

pd.DataFrame(
    {
        "mediana mes 1": mes_1[FEATURES].median(),
        "mediana mes 6": mes_6[FEATURES].median(),
        "faltantes mes 1": mes_1[FEATURES].isna().sum(),
        "faltantes mes 6": mes_6[FEATURES].isna().sum(),
    }
)

# %% [markdown]
# Cinco features numéricas, 5.000 solicitudes por mes. (KS necesita **orden**: para `canal` o `region`,
# que son categorías, está el PSI).
#
# ## Parte 1 · La distribución acumulada
#
# Escribí `ecdf(valores, puntos)`.
#
# | argumento | tipo | qué es |
# |---|---|---|
# | `valores` | Series de números, sin faltantes | la muestra, en cualquier orden |
# | `puntos` | array de números | dónde evaluar la acumulada |
#
# Devuelve un array con un número por punto, en el mismo orden que `puntos`: la **proporción** (entre 0
# y 1) de los valores que son **menores o iguales** que ese punto.
#
# Comparar punto por punto funciona. Si querés algo más rápido, mirá `np.searchsorted` sobre los valores
# ordenados, y cuál de sus dos lados (`side`) cuenta los iguales.


# %% nbgrader={"grade": false, "grade_id": "ecdf", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ecdf(valores, puntos):
    """Distribución acumulada empírica de una muestra.

    valores: Series de números, sin faltantes.
    puntos: array de forma (k,).
    Devuelve un array (k,): la proporción de valores menores o iguales que cada punto.
    """
    ### BEGIN SOLUTION
    return np.searchsorted(np.sort(valores), puntos, side="right") / len(valores)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "ecdf-autotest", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
obtenida = ecdf(pd.Series([5, 2, 9, 4, 7], index=[3, 0, 4, 1, 2]), np.array([1, 2, 6.5, 9, 100]))
assert obtenida is not None and np.shape(obtenida) == (5,), (
    f"Tiene que haber un número por punto, y lo que devolvió tiene la forma {np.shape(obtenida)}."
)
obtenida = np.asarray(obtenida, dtype=float)
assert obtenida.max() <= 1, "Devolvé proporciones, entre 0 y 1, y no cantidades ni porcentajes."
assert obtenida[1] != 0, (
    "En x = 2 hay un valor menor o IGUAL que 2. ¿Estás contando solo los menores?"
)
assert np.allclose(obtenida, [0, 0.2, 0.6, 1, 1]), (
    f"Con los valores 2, 4, 5, 7 y 9, en los puntos 1, 2, 6,5, 9 y 100, dio {obtenida}. "
    "Contá a mano cuántos valores hay hasta cada punto. ¿Los ordenaste antes de buscar?"
)
repetidos = np.asarray(ecdf(pd.Series([3, 3, 3, 8]), np.array([8, 3])), dtype=float)
assert np.allclose(repetidos, [1, 0.75]), (
    "Con valores repetidos, o con los puntos en otro orden, no da lo que corresponde: "
    "un número por punto, en el orden en que llegan los puntos."
)
print("✅ La acumulada cuenta los valores menores o iguales que cada punto")

# %% [markdown]
# ## Parte 2 · Comparar dos muestras
#
# ### Primero, un error frecuente: el faltante que apaga la alarma
#
# `ingreso` tiene faltantes, como casi todo en producción. **Antes de correr, ¿qué esperás ver?** ¿Un
# error, un aviso, un valor p?

# %%
crudo = ks_2samp(mes_1["ingreso"], mes_6["ingreso"])
print(f"D = {crudo.statistic}, p = {crudo.pvalue}")
print("¿p < 0.05?", bool(crudo.pvalue < 0.05))

# %% [markdown]
# No hay error ni aviso: hay `nan`. Y como `nan < 0.05` es `False`, la alarma de esta feature **no suena
# nunca más**, cambie lo que cambie. Arreglo: descartar los faltantes de cada muestra antes de comparar.
#
# (Eso deja un hueco: si de golpe falta la mitad de los ingresos, KS no se entera. La proporción de
# faltantes se vigila aparte).
#
# ### Tu función
#
# Escribí `comparar_ks(referencia, produccion)`. Recibe dos Series de números, que pueden tener
# faltantes (`NaN`). **Descarta los faltantes de cada una por separado** y usa `ks_2samp`, de dos colas,
# con sus opciones por defecto. Devuelve un `dict` con estas cinco claves:
#
# | clave | qué es |
# |---|---|
# | `"D"` | la distancia: `resultado.statistic` |
# | `"p_valor"` | `resultado.pvalue` |
# | `"x"` | **dónde** están más separadas las dos acumuladas, en las unidades de la feature |
# | `"n_referencia"`, `"n_produccion"` | cuántos valores se compararon de cada una, sin los faltantes |
#
# Para `x` podés usar `resultado.statistic_location` o buscarlo con tu `ecdf`. Si la distancia D se
# alcanza en varios puntos, sirve cualquiera.


# %% nbgrader={"grade": false, "grade_id": "comparar", "locked": false, "schema_version": 3, "solution": true, "task": false}
def comparar_ks(referencia, produccion):
    """Prueba de Kolmogórov-Smirnov entre dos muestras, sin sus faltantes.

    referencia, produccion: Series de números; pueden tener NaN.
    Devuelve un dict con las claves "D" (0 a 1), "p_valor" (0 a 1), "x" (el punto donde las
    acumuladas difieren en D), "n_referencia" y "n_produccion" (enteros, sin los faltantes).
    """
    ### BEGIN SOLUTION
    referencia, produccion = referencia.dropna(), produccion.dropna()
    resultado = ks_2samp(referencia, produccion)
    return {
        "D": resultado.statistic,
        "p_valor": resultado.pvalue,
        "x": resultado.statistic_location,
        "n_referencia": len(referencia),
        "n_produccion": len(produccion),
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "comparar-autotest", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
obtenido = comparar_ks(pd.Series(marzo), pd.Series(abril))
assert isinstance(obtenido, dict), f"Devolvió un {type(obtenido).__name__}; se pide un dict."
for clave in ("D", "p_valor", "x", "n_referencia", "n_produccion"):
    assert clave in obtenido, f"Falta la clave {clave!r}."
assert abs(obtenido["D"] - 0.6) < 1e-9, (
    f"En el ejemplo resuelto D es 0,6 y dio {obtenido['D']}. D es resultado.statistic."
)
assert abs(obtenido["p_valor"] - 0.357) < 0.06, (
    f"En el ejemplo el valor p es 0,357 y dio {obtenido['p_valor']}. ¿Es de dos colas?"
)
assert 7 <= obtenido["x"] < 8, (
    f"x vale {obtenido['x']}. En el ejemplo, las acumuladas difieren en 0,6 a los 7 minutos."
)
con_faltantes = comparar_ks(
    pd.Series([np.nan, 2, 4, 5, np.nan, 7, 9]), pd.Series([5, 8, np.nan, 9, 12, 15])
)
assert con_faltantes["D"] == con_faltantes["D"], "Con faltantes dio nan: descartalos antes."
assert abs(con_faltantes["D"] - 0.6) < 1e-9, (
    f"Las mismas esperas, con faltantes en el medio, dieron D = {con_faltantes['D']}. Hay que "
    "descartarlos: rellenarlos con un número cambia la distribución."
)
assert (con_faltantes["n_referencia"], con_faltantes["n_produccion"]) == (5, 5), (
    "n_referencia y n_produccion cuentan solo los valores que se compararon: acá, 5 y 5."
)
print("✅ D, p y x correctos, y los faltantes no apagan la alarma")

# %% [markdown]
# ### D, dibujada
#
# El monto, con **tu** `ecdf` y **tu** `comparar_ks`.
#
# **Antes de correr, ¿qué esperás ver?** Si en el mes 6 se pide más dinero, ¿qué curva queda a la
# derecha? ¿Y cuál queda **abajo**?

# %% nbgrader={"grade": false, "grade_id": "figura-ecdf", "locked": true, "schema_version": 3, "solution": false, "task": false}
ks_monto = comparar_ks(mes_1["monto"], mes_6["monto"])
montos = np.linspace(0, 4_000_000, 400)
x, altura_1, altura_6 = (
    ks_monto["x"],
    *(float(ecdf(mes["monto"], np.array([ks_monto["x"]]))[0]) for mes in (mes_1, mes_6)),
)

figura, ejes = plt.subplots()
ejes.plot(montos / 1e6, ecdf(mes_1["monto"], montos), color="C0", label="mes 1 (referencia)")
ejes.plot(
    montos / 1e6,
    ecdf(mes_6["monto"], montos),
    color="C1",
    linestyle="--",
    label="mes 6 (producción)",
)
ejes.plot([x / 1e6] * 2, [altura_6, altura_1], color="black", marker="_", markersize=12)
ejes.annotate(
    f"D = {ks_monto['D']:.2f} en $ {x / 1e6:.2f} millones".replace(".", ","),
    (x / 1e6, (altura_1 + altura_6) / 2),
    xytext=(45, -45),
    textcoords="offset points",
    arrowprops={"arrowstyle": "-", "color": "black", "linewidth": 0.8},
)
ejes.set(
    title=(
        f"El {altura_1:.0%} pedía hasta $ {x / 1e6:.2f} millones; en el mes 6, el {altura_6:.0%}"
    ).replace(".", ","),
    xlabel="monto solicitado (millones de $)",
    ylabel="proporción acumulada",
)
ejes.legend(loc="lower right")
plt.show()
print(f"D = {ks_monto['D']:.3f}   p = {ks_monto['p_valor']:.1e}")

# %% [markdown]
# El valor p es tan chico que no dice nada más que *sí*. La frase útil es la del título: sale de **D y
# x**, tiene unidades y la entiende quien aprueba los créditos.
#
# ## Parte 3 · Muchas features a la vez
#
# En producción no se vigila una feature: se vigilan veinte, cien. Hagamos 25 meses de mentira, con 20
# features que **no cambian nunca** (300 datos de referencia y 300 de producción, de la misma
# distribución). Son 500 pruebas en las que toda alarma es falsa.
#
# **Antes de correr, ¿qué esperás ver?** Con `p < 0,05`, ¿en cuántos de los 25 meses suena **alguna**
# alarma?

# %% nbgrader={"grade": false, "grade_id": "figura-familia", "locked": true, "schema_version": 3, "solution": false, "task": false}
azar = np.random.default_rng(SEMILLA)
sin_cambio = ks_2samp(azar.normal(size=(500, 300)), azar.normal(size=(500, 300)), axis=1)
p_por_mes = sin_cambio.pvalue.reshape(25, 20)  # una fila por mes, una columna por feature
minimo_del_mes = p_por_mes.min(axis=1)
print(f"Pruebas con p < 0.05: {(p_por_mes < 0.05).mean():.1%}")
print(f"Meses con alguna alarma, con p < 0.05:    {(minimo_del_mes < 0.05).mean():.0%}")
print(f"Meses con alguna alarma, con p < 0.05/20: {(minimo_del_mes < 0.05 / 20).mean():.0%}")

cantidad = np.arange(1, 41)
figura, ejes = plt.subplots()
ejes.plot(cantidad, 1 - 0.95**cantidad, color="C4", label="p < 0,05 en cada una")
ejes.plot(
    cantidad,
    1 - (1 - 0.05 / cantidad) ** cantidad,
    color="C2",
    linestyle="--",
    label="con la corrección de Bonferroni",
)
for probabilidad, color in ((1 - 0.95**20, "C4"), (1 - (1 - 0.05 / 20) ** 20, "C2")):
    ejes.plot(20, probabilidad, "o", color=color)
    ejes.annotate(f"{probabilidad:.0%}", (20, probabilidad), (-10, 8), textcoords="offset points")
ejes.set(
    title="Con 20 features estables, casi dos de cada tres meses hay una alarma falsa",
    xlabel="features vigiladas (ninguna cambia)",
    ylabel="probabilidad de alguna alarma",
    ylim=(0, 1),
)
ejes.legend()
plt.show()

# %% [markdown]
# Cada prueba se equivoca 5 veces de cada 100, como promete. Pero hay veinte oportunidades: la
# probabilidad de **alguna** alarma falsa es $1 - 0{,}95^{20} = 64\,\%$. (Los 25 meses dan un número
# cercano: con tan pocos, unos diez puntos para cada lado son azar). A los tres meses nadie mira las
# alarmas.
#
# La **corrección de Bonferroni** lo arregla: se multiplica cada valor p por la cantidad $m$ de features
# comparadas (sin pasar de 1), y se compara con el mismo 0,05.
#
# $$p_{\text{ajustado}} = \min(1,\; m \cdot p)$$
#
# Escribí `ks_por_feature(referencia, produccion, features)`. Recibe dos DataFrames y una lista de
# nombres de columnas numéricas (los DataFrames pueden tener otras columnas: se ignoran). Devuelve un
# DataFrame:
#
# - el **índice** son los nombres de las features;
# - las columnas son `"D"`, `"p_valor"` (sin corregir) y `"p_ajustado"` (Bonferroni, con $m$ la cantidad
#   de features de la lista);
# - las filas van **de mayor a menor D**.


# %% nbgrader={"grade": false, "grade_id": "por-feature", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ks_por_feature(referencia, produccion, features):
    """Prueba de KS de cada feature, con la corrección de Bonferroni.

    referencia, produccion: DataFrames con, al menos, las columnas de features.
    features: lista de nombres de columnas numéricas; pueden tener NaN.
    Devuelve un DataFrame con índice features y columnas "D", "p_valor" y "p_ajustado",
    ordenado de mayor a menor D.
    """
    ### BEGIN SOLUTION
    pruebas = {f: comparar_ks(referencia[f], produccion[f]) for f in features}
    tabla = pd.DataFrame.from_dict(pruebas, orient="index")[["D", "p_valor"]]
    tabla["p_ajustado"] = (tabla["p_valor"] * len(features)).clip(upper=1)
    return tabla.sort_values("D", ascending=False)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "por-feature-autotest", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
antes = pd.DataFrame({"a": marzo, "b": marzo, "c": [1, 2, 3, 4, 5], "nombre": list("vwxyz")})
despues = pd.DataFrame({"a": abril, "b": marzo, "c": [4, 5, 6, 7, 8], "nombre": list("vwxyz")})
obtenida = ks_por_feature(antes, despues, ["b", "a"])
assert isinstance(obtenida, pd.DataFrame), (
    f"Devolvió un {type(obtenida).__name__}; se pide un DataFrame."
)
for columna in ("D", "p_valor", "p_ajustado"):
    assert columna in obtenida.columns, f"A la tabla le falta la columna {columna!r}."
assert sorted(obtenida.index) == ["a", "b"], (
    f"El índice es {list(obtenida.index)}: tienen que ser los nombres de la lista features, y "
    "solo esos."
)
assert abs(obtenida.loc["a", "D"] - 0.6) < 1e-9 and abs(obtenida.loc["b", "D"]) < 1e-9, (
    "La columna D no es la de comparar_ks para cada feature."
)
assert list(obtenida.index) == ["a", "b"], "Ordená la tabla de mayor a menor D."
assert abs(obtenida.loc["a", "p_valor"] - 0.357) < 0.06, "p_valor va sin corregir."
assert abs(obtenida.loc["a", "p_ajustado"] - 2 * obtenida.loc["a", "p_valor"]) < 1e-9, (
    "Con dos features, p_ajustado es el doble de p_valor. ¿Multiplicás por len(features)?"
)
assert obtenida["p_ajustado"].max() <= 1, "Una probabilidad no pasa de 1: acotá p_ajustado."
print("✅ Una fila por feature, con su p corregido")

# %% [markdown]
# ## Parte 4 · Cuándo p < 0,05 no es una alerta
#
# Falta el otro problema, el que se vio con las esperas: **el valor p depende de n**. Dos muestras cuya
# media difiere en **0,02 desvíos estándar**, una diferencia que ningún modelo nota (su PSI es 0,0004).
# Las miramos con cada vez más datos, de 100 a 50.000.
#
# **Antes de correr, ¿qué esperás ver?** ¿Qué hace `p` cuando crece n? ¿Y D?

# %% nbgrader={"grade": false, "grade_id": "figura-n", "locked": true, "schema_version": 3, "solution": false, "task": false}
azar = np.random.default_rng(2564)
base, corrida = azar.normal(size=50_000), azar.normal(loc=0.02, size=50_000)
tamanos = np.array([100, 300, 1_000, 3_000, 10_000, 50_000])
pruebas = [ks_2samp(base[:n], corrida[:n]) for n in tamanos]
los_p = np.array([cada.pvalue for cada in pruebas])
los_d = np.array([cada.statistic for cada in pruebas])

figura, ejes = plt.subplots()
ejes.loglog(tamanos, los_p, "o-", color="C0", label="valor p")
ejes.loglog(tamanos, los_d, "s--", color="C1", label="D")
ejes.axhline(0.05, color="black", linestyle="--", linewidth=1)
ejes.text(tamanos[0], 0.045, "p = 0,05", va="top")
ejes.axhline(0.1, color="black", linestyle=":", linewidth=1)
ejes.text(tamanos[-1], 0.11, "D mínima = 0,1", ha="right")
ejes.minorticks_off()
ejes.set_xticks(tamanos, [f"{n:,}".replace(",", ".") for n in tamanos])
ejes.set_yticks([1, 0.1, 0.01], ["1", "0,1", "0,01"])
ejes.set(
    title="El mismo cambio ínfimo: cuando sobran datos, el valor p baja de 0,05;\n"
    "D nunca pasa de 0,1 y se acerca a su valor verdadero, 0,008",
    xlabel="datos en cada muestra (n)",
    ylabel="valor p, o D",
)
ejes.legend(loc="lower left")
plt.show()
for n, un_p, un_d in zip(tamanos, los_p, los_d, strict=True):
    print(f"n = {n:5d}: p = {un_p:.1g}, D = {un_d:.3f}")

# %% [markdown]
# Con muchos datos, la prueba avisa. Tiene razón: las distribuciones **no son iguales**. Pero esa no era
# la pregunta. La pregunta es si cambiaron **lo suficiente para que importe**, y la contesta D.
#
# Mirá también la punta izquierda: con 100 datos, D es unas nueve veces su valor verdadero **por
# puro azar**. D sola tampoco alcanza. Hacen falta las dos:
#
# > **Alerta = hay evidencia** (`p_ajustado < alfa`) **y el cambio es grande** (`D > d_minimo`).
#
# ¿Qué `d_minimo`? Es una decisión, no una cuenta. Una referencia: si una normal se corre $d$ desvíos,
# $D = 2\Phi(d/2) - 1$; una D de 0,1 es un corrimiento de un cuarto de desvío.
#
# Escribí `alertas_ks(tabla, alfa=0.05, d_minimo=0.1)`. Recibe una tabla como la de la parte 3 y devuelve
# la **lista** (`list`) con los nombres de las features que alertan, en cualquier orden. Las dos
# comparaciones son **estrictas**: un valor igual al límite no alerta. Si no alerta ninguna, la lista
# queda vacía.


# %% nbgrader={"grade": false, "grade_id": "alertas", "locked": false, "schema_version": 3, "solution": true, "task": false}
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    """Features cuyo cambio es a la vez significativo y grande.

    tabla: DataFrame con índice de features y columnas "D", "p_valor" y "p_ajustado".
    alfa: nivel con el que se compara p_ajustado (estricto: menor).
    d_minimo: D a partir de la cual el cambio importa (estricto: mayor).
    Devuelve una lista de nombres; vacía si ninguna alerta.
    """
    ### BEGIN SOLUTION
    alerta = (tabla["p_ajustado"] < alfa) & (tabla["D"] > d_minimo)
    return tabla.index[alerta].tolist()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "alertas-autotest", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tabla_prueba = pd.DataFrame(
    [
        ("cambió de verdad", 0.30, 1e-9, 2e-8),
        ("cambio ínfimo, con muchos datos", 0.008, 1e-4, 2e-3),
        ("parece grande, con pocos datos", 0.25, 0.20, 1.0),
        ("una alarma de veinte", 0.12, 0.03, 0.60),
    ],
    columns=["feature", "D", "p_valor", "p_ajustado"],
).set_index("feature")

obtenidas = alertas_ks(tabla_prueba)
assert isinstance(obtenidas, list), f"Devolvió un {type(obtenidas).__name__}; se pide una list."
assert "cambió de verdad" in obtenidas, (
    f"Con D = 0,30 y p_ajustado = 2e-8 tenía que alertar, y la lista es {obtenidas}."
)
assert "cambio ínfimo, con muchos datos" not in obtenidas, (
    "Alertaste un cambio con D = 0,008: falta pedir que D supere d_minimo."
)
assert "parece grande, con pocos datos" not in obtenidas, (
    "Alertaste un cambio sin evidencia (p = 0,20): las dos condiciones van juntas."
)
assert "una alarma de veinte" not in obtenidas, (
    "Su p_valor es 0,03 pero el ajustado es 0,60: la decisión va con p_ajustado."
)
assert alertas_ks(tabla_prueba.iloc[1:]) == [], "Si ninguna alerta, la lista queda vacía."
assert alertas_ks(tabla_prueba, 0.05, 0.30) == [], (
    "D es igual a d_minimo, y la comparación es estricta. ¿Usás el argumento d_minimo?"
)
assert len(alertas_ks(tabla_prueba, 0.7, 0.1)) == 2, (
    "Con alfa = 0,7 alertan dos features. ¿Usás el argumento alfa?"
)
print("✅ Alerta lo que es significativo y, además, grande")

# %% [markdown]
# ### El mes 6, con tu regla

# %% nbgrader={"grade": false, "grade_id": "figura-alertas", "locked": true, "schema_version": 3, "solution": false, "task": false}
tabla = ks_por_feature(mes_1, mes_6, FEATURES)
suenan = alertas_ks(tabla)

figura, ejes = plt.subplots(figsize=(8, 3.2))
ejes.barh(
    tabla.index,
    tabla["D"],
    color=["C4" if feature in suenan else "C5" for feature in tabla.index],
    hatch=["//" if feature in suenan else "" for feature in tabla.index],
    edgecolor="white",
)
for fila, (un_d, un_p) in enumerate(zip(tabla["D"], tabla["p_ajustado"], strict=True)):
    texto = "< 0,001" if un_p < 0.001 else f"= {un_p:.3f}".replace(".", ",")
    ejes.text(un_d + 0.004, fila, f"p ajustado {texto}", va="center", fontsize=9)
ejes.axvline(0.1, color="black", linestyle="--", linewidth=1)
ejes.text(0.103, len(tabla) - 0.55, "D mínima = 0,1", va="center", fontsize=9)
ejes.invert_yaxis()
ejes.grid(axis="y", visible=False)
ejes.set(
    title=f"Alertan {len(suenan)} de {len(tabla)}: {', '.join(suenan)}",
    xlabel="D entre el mes 1 y el mes 6",
    xlim=(0, 0.33),
)
plt.show()

# %% [markdown]
# ## Parte 5 · Interpretá (2 puntos)
#
# En ocho o diez renglones:
#
# 1. Explicale a quien aprueba los créditos, **sin decir «valor p» ni «hipótesis»**, qué cambió en
#    `monto`. Usá D y x.
# 2. En el PSI (ejercicio 2), `ingreso` da un cambio *leve*, que no alerta; acá alerta. ¿Alguno de los
#    dos está mal? ¿Qué harías con `ingreso`?
# 3. Un colega propone: «*vigilemos 40 features por día, con 200.000 solicitudes, y que avise cuando
#    `p < 0,05`*». Dale **dos** razones para no hacerlo, y decile qué hacer en cambio.

# %% [markdown] nbgrader={"grade": true, "grade_id": "interpretacion-ks", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Respuesta modelo.** (1) En el mes 1, el 71 % de las solicitudes era de hasta 1,09 millones; en el
# mes 6, el 45 %: 26 puntos menos (eso es D). Se está pidiendo más dinero, y en casi todos los tramos,
# así que el modelo decide sobre montos que vio poco. (2) Ninguno está mal: miden
# cosas distintas con umbrales que alguien eligió. D = 0,17 dice que el cambio es real y mediano, y
# queda entre las dos reglas. Lo miraría sin despertar a nadie: buscaría la causa (¿inflación?,
# ¿otros clientes?) y si la exactitud bajó, antes de reentrenar. (3) Con 40 features, alguna alarma
# falsa suena el 87 % de los días ($1 - 0{,}95^{40}$); con 200.000 datos, cualquier diferencia ínfima
# da p < 0,05. En cambio: corregir por la cantidad de features y exigir además una D mínima, acordada
# con quien conoce el negocio.
#
# **Rúbrica (2 puntos).** 0,75 por (1): traduce D como diferencia de proporciones en un monto concreto,
# y dice para qué lado. 0,5 por (2): reconoce que dependen de la medida y del umbral, y propone una
# acción proporcionada. 0,75 por (3): las dos razones (comparaciones múltiples y n grande), 0,25 cada
# una, y la alternativa, 0,25.

# %% [markdown]
# ## Para llevarte
#
# - **D dice cuánto; p dice si hay evidencia.** Una alerta necesita las dos.
# - Un `nan` no es mayor ni menor que nada: una alarma con `nan` está **apagada**.
# - Con muchas features se corrige; si no, las alarmas falsas enseñan a ignorar a las verdaderas.
# - `p > 0,05` no prueba que nada cambió: con pocos datos, casi nada llega a ser significativo.
# - Con valores repetidos (`cuotas`) el valor p de KS es conservador: alerta de menos, no de más.
#
# ## Bonus (sin puntos)
#
# 1. **Holm** hace lo mismo que Bonferroni y detecta más: ordena los p de menor a mayor, multiplica el
#    primero por $m$, el segundo por $m - 1$, …, y no deja que bajen. Escribilo y comparalo con
#    `multipletests(p_valores, method="holm")` de statsmodels. ¿Por qué nunca es peor?
# 2. D no tiene unidades. La distancia de Wasserstein sí: calculá
#    `scipy.stats.wasserstein_distance` para `monto`. ¿Cómo la leés, en pesos?
# 3. Armá dos muestras con la misma media y distinto desvío. ¿Qué ve KS que no ve comparar las medias?
