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
# # Ejercicio 2 · PSI: ¿cambió la población?
#
# **35 minutos · 10 puntos** (8 automáticos y 2 que corrige una persona)
#
# Tu modelo de créditos se entrenó con las solicitudes del mes 1 (la **referencia**). Hoy es el mes 6 y
# llegan las de **producción**. Las etiquetas tardan meses: todavía no podés saber si el modelo acierta.
# Lo que sí podés mirar hoy es si **quienes piden** son los mismos. El *Population Stability Index* (PSI)
# resume esa pregunta en un número por cada variable.
#
# Al terminar vas a poder:
#
# 1. calcular el PSI de una variable numérica, con deciles de la referencia;
# 2. leerlo con los umbrales que usa la industria;
# 3. reconocer y arreglar un PSI que da siempre 0 o que da infinito;
# 4. calcularlo para una variable categórica, con niveles que aparecen y desaparecen.
#
# | parte | qué escribís | minutos | puntos |
# |---|---|---|---|
# | 0 | nada: un ejemplo resuelto | 6 | – |
# | 1 | `psi` | 12 | 5 |
# | 2 | `interpretar_psi` | 2 | 1 |
# | 3 | nada: un error frecuente, reproducido y arreglado | 4 | – |
# | 4 | `psi_categorico` | 6 | 2 |
# | 5 | tu interpretación, en palabras | 5 | 2 |

# %%
# Imports y configuración inicial
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

DATOS = next(
    carpeta / "datasets"
    for carpeta in [Path.cwd(), *Path.cwd().parents]
    if (carpeta / "datasets").is_dir()
)
plt.style.use(DATOS / "estilo.mplstyle")
SEMILLA = 59

# %% [markdown]
# ## Parte 0 · Un ejemplo resuelto: los vasos del café
#
# Una cafetería vendía los cuatro tamaños de vaso por igual. Subió los precios y ahora vende así:
#
# | | chico | mediano | grande | jarra |
# |---|---|---|---|---|
# | **p**, referencia (antes) | 25 % | 25 % | 25 % | 25 % |
# | **q**, producción (ahora) | 40 % | 30 % | 20 % | 10 % |
#
# El PSI suma, sobre los bins, cuánto cambió cada proporción, pesado por el logaritmo de su cociente:
#
# $$\mathrm{PSI} = \sum_i (q_i - p_i)\,\ln\frac{q_i}{p_i}$$
#
# Fijate en los signos: si $q_i > p_i$, los dos factores son positivos; si $q_i < p_i$, los dos son
# negativos. Cada bin suma, nunca resta, y el total es 0 solo si nada cambió.
#
# **Antes de correr, ¿qué esperás ver?** Los vasos chicos ganaron 15 puntos y las jarras perdieron 15.
# ¿Aportan lo mismo al PSI?

# %%
vasos = pd.DataFrame(
    {"p": [0.25, 0.25, 0.25, 0.25], "q": [0.40, 0.30, 0.20, 0.10]},
    index=["chico", "mediano", "grande", "jarra"],
)
vasos["aporte"] = (vasos["q"] - vasos["p"]) * np.log(vasos["q"] / vasos["p"])
print(vasos.round(4))
print(f"\nPSI = {vasos['aporte'].sum():.4f}")

# %%
figura, (izquierda, derecha) = plt.subplots(1, 2, figsize=(9.5, 3.6))
lugares = np.arange(len(vasos))
izquierda.bar(lugares - 0.2, 100 * vasos["p"], 0.4, label="referencia (p)", color="#0072B2")
izquierda.bar(lugares + 0.2, 100 * vasos["q"], 0.4, label="producción (q)", color="#E69F00")
izquierda.set(title="Las ventas se fueron a los vasos chicos", ylabel="ventas (%)")
izquierda.set_xticks(lugares, vasos.index)
izquierda.legend()

derecha.bar(lugares, vasos["aporte"], 0.5, color="#009E73")
derecha.set(title="La jarra pone más de la mitad del PSI", ylabel="aporte al PSI")
derecha.set_xticks(lugares, vasos.index)
plt.show()

# %% [markdown]
# No aportan lo mismo: pasar de 25 % a 10 % es perder más de la mitad, y pasar de 25 % a 40 % no llega a
# duplicar. El PSI mira el cambio **relativo** además del absoluto.
#
# ### ¿Y si la variable es numérica?
#
# Hay que cortarla en bins. El corte sale **siempre de la referencia**: sus cuantiles, para que cada bin
# tenga más o menos la misma cantidad de casos. La producción se reparte en esos mismos bins.
#
# Mirá estas entregas a domicilio (en minutos) cortadas en cuatro. En la referencia hay un dato que
# falta; en producción, dos, y una entrega que tardó más que cualquiera de las de antes.

# %%
antes = np.array([12, 15, 18, 21, 22, 25, 27, 30, 33, 38, 41, np.nan])
ahora = np.array([19, 24, 26, 28, 31, 35, 39, 40, 44, 95, np.nan, np.nan])

bordes = np.unique(np.quantile(antes[~np.isnan(antes)], [0, 0.25, 0.5, 0.75, 1]))
print("Cuartiles de la referencia:", bordes)

# extremos abiertos: la entrega de 95 minutos también cuenta
bordes[0], bordes[-1] = -np.inf, np.inf
print("Con los extremos abiertos: ", bordes)

for nombre, tiempos in {"antes": antes, "ahora": ahora}.items():
    conteos = pd.cut(tiempos, bordes).value_counts().to_numpy()
    print(f"{nombre}: {conteos} por bin, faltan {np.isnan(tiempos).sum()}, total {len(tiempos)}")

# %% [markdown]
# Tres detalles que más tarde te van a ahorrar un disgusto:
#
# - `np.quantile` devuelve `nan` si la muestra tiene algún `nan`: por eso se sacan **antes** de cortar.
# - Con los extremos abiertos, ningún valor nuevo queda afuera.
# - `np.unique` saca los bordes repetidos (pasa cuando un mismo valor ocupa más de un cuantil).
#
# ## Parte 1 · El PSI de una variable numérica
#
# Escribí `psi(referencia, produccion, n_bins=10)`. Recibe dos arrays o Series **numéricos**, que
# pueden tener largos distintos y valores faltantes (`nan`), y devuelve **un número**.
#
# Hay muchas maneras de definir los bins, y sobre los mismos datos dan números distintos. En este curso
# usamos siempre esta:
#
# 1. **Bordes:** los cuantiles de la referencia (sin sus `nan`) que la cortan en `n_bins` partes iguales;
#    con `n_bins=10`, los deciles. Los bordes repetidos se sacan.
# 2. **Extremos abiertos:** el primer bin empieza en $-\infty$ y el último termina en $+\infty$.
# 3. **Faltantes:** los `nan` van a un bin propio, uno más.
# 4. **Proporciones:** conteo de cada bin sobre el **total** de la muestra, faltantes incluidos.
# 5. **Piso:** toda proporción menor que `0.0001` se reemplaza por `0.0001`. Después no se renormaliza.
# 6. **Fórmula:** $\sum_i (q_i - p_i)\,\ln(q_i / p_i)$, con logaritmo natural.
#
# Que cada bin incluya su borde izquierdo o el derecho, lo elegís vos: las dos formas valen.
#
# **Antes de correr, ¿qué esperás ver?** Entre el mes 1 y el mes 6 la financiera lanzó una app. ¿Te
# parece que la edad de quienes piden sube, baja o queda igual? ¿Mucho o poco?

# %%
referencia = pd.read_csv(DATOS / "snapshot1.csv")  # mes 1
produccion = pd.read_csv(DATOS / "snapshot2.csv")  # mes 6
PISO = 1e-4

print(f"Referencia: {len(referencia)} solicitudes. Producción: {len(produccion)} solicitudes.")
referencia.head(3)


# %% nbgrader={"grade": false, "grade_id": "psi", "locked": false, "schema_version": 3, "solution": true, "task": false}
def psi(referencia, produccion, n_bins=10):
    """PSI de una variable numérica entre dos muestras.

    referencia: array o Series de n números; puede tener nan. De acá salen los bordes.
    produccion: array o Series de m números; puede tener nan.
    n_bins: en cuántas partes iguales se corta la referencia.
    Devuelve un número: 0 si las proporciones no cambiaron, más grande cuanto más cambiaron.
    """
    ### BEGIN SOLUTION
    presentes = referencia[~np.isnan(referencia)]
    bordes = np.unique(np.quantile(presentes, np.linspace(0, 1, n_bins + 1)))
    interiores = bordes[1:-1]  # sin el primero y el último, los extremos quedan abiertos

    proporciones = []
    for muestra in (referencia, produccion):
        faltan = np.isnan(muestra)
        bins = np.digitize(muestra[~faltan], interiores, right=True)
        conteos = np.bincount(bins, minlength=len(interiores) + 1)
        conteos = np.append(conteos, faltan.sum())  # los faltantes, en su propio bin
        proporciones.append(np.maximum(conteos / len(muestra), PISO))
    p, q = proporciones
    return float(np.sum((q - p) * np.log(q / p)))
    ### END SOLUTION


# %% [markdown]
# La prueba usa mil números pareja y prolijamente repartidos, así cada decil tiene exactamente cien y se
# puede saber el resultado con lápiz y papel.

# %% nbgrader={"grade": true, "grade_id": "psi-autotest", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
parejos = np.arange(1_000) + 0.5  # cada decil, 100 valores: p = 0,1 en cada bin
inclinados = np.concatenate([parejos[:500].repeat(3), parejos[500:]])  # q: 0,15 × 5 y 0,05 × 5

valor = psi(parejos, parejos)
assert valor is not None, "Tu función devuelve None: ¿falta el `return`?"
assert abs(valor) < 1e-9, f"Dos muestras iguales tienen PSI 0 y el tuyo da {valor}."

esperado = 5 * (0.15 - 0.1) * np.log(0.15 / 0.1) + 5 * (0.05 - 0.1) * np.log(0.05 / 0.1)
valor = psi(parejos, inclinados)
assert np.isfinite(valor), f"Con cinco bins que suben y cinco que bajan, el PSI dio {valor}."
assert abs(valor - esperado / np.log(10)) > 1e-3, "Usaste log10: la fórmula lleva np.log (natural)."
assert abs(valor - esperado) < 1e-6, (
    f"Con cinco bins de 0,15 y cinco de 0,05 el PSI es {esperado:.4f} y el tuyo da {valor:.4f}. "
    "¿Los bordes son los deciles de la referencia? ¿Dividiste cada conteo por su propio total?"
)
valor = psi(pd.Series(parejos, index=range(5_000, 6_000)), pd.Series(inclinados))
assert abs(valor - esperado) < 1e-6, (
    "Con Series de pandas da otra cosa que con arrays: ¿se alinean por índice?"
)

cinco = 2 * (0.3 - 0.2) * np.log(0.3 / 0.2) + 2 * (0.1 - 0.2) * np.log(0.1 / 0.2)
assert abs(psi(parejos, inclinados, 5) - cinco) < 1e-6, (
    "Con n_bins=5 hay que cortar en quintiles: ¿quedó fijo el 10 en algún lado?"
)

uno_solo = (1 - 0.1) * np.log(1 / 0.1) + 9 * (1e-4 - 0.1) * np.log(1e-4 / 0.1)
valor = psi(parejos, parejos + 5_000)
assert np.isfinite(valor), (
    f"Toda la producción supera a la referencia y el PSI da {valor}: falta el piso de 0.0001, o los "
    "valores nuevos se caen de los bins (¿abriste los extremos?)."
)
assert abs(valor - uno_solo) < 1e-6, (
    f"Toda la producción en el último bin: el PSI es {uno_solo:.4f} y el tuyo da {valor:.4f}. "
    "Revisá el piso (0.0001, sin renormalizar) y que los extremos estén abiertos."
)

con_faltantes = np.append(parejos, np.full(250, np.nan))  # 20 % de faltantes
faltan = (0.2 - 1e-4) * np.log(0.2 / 1e-4) + 10 * (0.08 - 0.1) * np.log(0.08 / 0.1)
for caso in [(parejos, con_faltantes), (con_faltantes, parejos)]:
    valor = psi(*caso)
    assert abs(valor - faltan) < 1e-6, (
        f"Con 20 % de faltantes en una de las muestras el PSI es {faltan:.4f} y el tuyo da "
        f"{valor:.4f}. Los nan son un bin más, y cuentan en el total."
    )

repetidos = np.concatenate([np.zeros(400), parejos])  # 0 ocupa varios deciles: bordes repetidos
assert abs(psi(repetidos, repetidos)) < 1e-9, (
    "Con muchos valores repetidos, sacá bordes duplicados."
)
print("✅ psi: deciles de la referencia, extremos abiertos, faltantes y bins vacíos en su lugar")

# %% [markdown]
# ### Miralo
#
# A la izquierda, las edades con los bordes de los deciles del mes 1. A la derecha, qué parte de cada
# mes cae en cada bin: la referencia queda cerca del 10 % (la edad es un entero, por eso no da justo) y
# lo que el PSI mide es cuánto se apartan de ella las barras naranjas.

# %%
edad_1, edad_6 = referencia["edad"], produccion["edad"]
valor_edad = psi(edad_1, edad_6)
deciles_edad = np.quantile(edad_1, np.linspace(0, 1, 11))

figura, (izquierda, derecha) = plt.subplots(1, 2, figsize=(11, 4))
barras = np.arange(18, 74, 2)  # de dos años
forma = {"histtype": "stepfilled", "alpha": 0.65}
izquierda.hist(edad_1, barras, label="mes 1 (referencia)", color="#0072B2", **forma)
izquierda.hist(edad_6, barras, label="mes 6 (producción)", color="#E69F00", **forma)
alto = izquierda.get_ylim()[1]
izquierda.vlines(
    deciles_edad[1:-1], 0, alto, "#555555", ":", linewidth=1, label="deciles del mes 1"
)
izquierda.set(title="En el mes 6 piden más jóvenes", xlabel="edad (años)", ylabel="solicitudes")
izquierda.legend()

bordes_edad = np.concatenate([[-np.inf], deciles_edad[1:-1], [np.inf]])
lugares = np.arange(10)
for edad, lado, color in [(edad_1, -0.2, "#0072B2"), (edad_6, 0.2, "#E69F00")]:
    parte = pd.cut(edad, bordes_edad).value_counts(sort=False) / len(edad)
    derecha.bar(lugares + lado, 100 * parte, 0.4, color=color)
derecha.axhline(10, color="black", linestyle="--", linewidth=1)
derecha.text(9.5, 10.3, "10 %", ha="right", va="bottom")
textos = [f"{borde:.0f}" for borde in deciles_edad[1:-1]]
nombres = [f"≤ {textos[0]}", *[f"a {texto}" for texto in textos[1:]], f"> {textos[-1]}"]
derecha.set_xticks(lugares, nombres, rotation=45)
derecha.set(
    title=f"Sobran jóvenes, faltan mayores: PSI = {valor_edad:.2f}".replace(".", ","),
    xlabel="bin (años)",
    ylabel="solicitudes del mes (%)",
)
plt.show()

# %% [markdown]
# ## Parte 2 · ¿Mucho o poco?
#
# La industria del crédito lee el PSI con tres franjas (Siddiqi, 2006). Escribí
# `interpretar_psi(valor)`, que recibe un número y devuelve uno de estos tres **textos**:
#
# | PSI | lectura | qué se hace |
# |---|---|---|
# | menor que 0,1 | `"estable"` | seguir mirando |
# | de 0,1 a 0,25, **los dos incluidos** | `"leve"` | averiguar qué cambió |
# | mayor que 0,25 | `"significativo"` | alerta: investigar ya |


# %% nbgrader={"grade": false, "grade_id": "interpretar", "locked": false, "schema_version": 3, "solution": true, "task": false}
def interpretar_psi(valor):
    """Lectura de un PSI.

    valor: número mayor o igual que 0.
    Devuelve "estable", "leve" o "significativo".
    """
    ### BEGIN SOLUTION
    if valor < 0.1:
        return "estable"
    if valor <= 0.25:
        return "leve"
    return "significativo"
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "interpretar-autotest", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
lecturas = {
    "estable": [0.0, 0.05, 0.0999],
    "leve": [0.1, 0.18, 0.25],
    "significativo": [0.2501, 0.4, 3.0],
}
for lectura, valores in lecturas.items():
    for valor in valores:
        respuesta = interpretar_psi(valor)
        assert respuesta == lectura, (
            f"Para un PSI de {valor} la tabla dice {lectura!r} y tu función dice {respuesta!r}. "
            "Ojo con los bordes: 0,1 y 0,25 están los dos en 'leve'."
        )
print("✅ interpretar_psi: las tres franjas, con sus bordes")

# %%
valor = psi(referencia["edad"], produccion["edad"])
print(f"PSI de la edad entre el mes 1 y el mes 6: {valor:.3f}")
print(f"Lectura: {interpretar_psi(valor)}")

# %% [markdown]
# ## Parte 3 · Un error frecuente: el PSI que da siempre 0, o infinito
#
# La financiera prueba una campaña solo para mayores de 40. Es un cambio enorme, y estas tres funciones
# andan por ahí en internet.
#
# **Antes de correr, ¿qué esperás ver?** ¿Cuál avisa? ¿Cuál miente?


# %%
def psi_sin_piso(referencia, produccion):
    bordes = np.quantile(referencia, np.linspace(0, 1, 11))
    bordes[0], bordes[-1] = -np.inf, np.inf
    p = np.histogram(referencia, bordes)[0] / len(referencia)
    q = np.histogram(produccion, bordes)[0] / len(produccion)
    with np.errstate(divide="ignore"):  # q = 0 en los bins vacíos: ln(0) = -inf
        return np.sum((q - p) * np.log(q / p))


def psi_que_saltea_los_vacios(referencia, produccion):
    bordes = np.quantile(referencia, np.linspace(0, 1, 11))
    bordes[0], bordes[-1] = -np.inf, np.inf
    p = np.histogram(referencia, bordes)[0] / len(referencia)
    q = np.histogram(produccion, bordes)[0] / len(produccion)
    ocupados = (p > 0) & (q > 0)
    return np.sum((q - p)[ocupados] * np.log(q[ocupados] / p[ocupados]))


def psi_con_bordes_propios(referencia, produccion):
    p = np.histogram(referencia, np.quantile(referencia, np.linspace(0, 1, 11)))[0]
    q = np.histogram(produccion, np.quantile(produccion, np.linspace(0, 1, 11)))[0]
    p, q = p / len(referencia), q / len(produccion)
    return np.sum((q - p) * np.log(q / p))


rng = np.random.default_rng(SEMILLA)
edades = rng.normal(41, 11, 5_000)
campana = edades[edades > 40]

versiones = {
    "sin piso": psi_sin_piso,
    "salteando los bins vacíos": psi_que_saltea_los_vacios,
    "con los bordes de cada muestra": psi_con_bordes_propios,
    "la tuya": psi,
}
for nombre, una_version in versiones.items():
    print(f"{nombre:31s} → {una_version(edades, campana):6.2f}")

# %% [markdown]
# - **Sin piso, infinito:** un solo bin vacío alcanza. Un infinito rompe los tableros, los promedios y los
#   umbrales, y termina en que alguien apaga la alerta.
# - **Salteando los vacíos, muy chico:** tira justamente los bins que más cambiaron. Si el único cambio
#   fuera una franja que desaparece, casi no lo vería.
# - **Con los bordes de cada muestra, cero:** cada una tiene 10 % en cada uno de **sus** deciles. Da 0
#   siempre, con cualquier dato. Es la peor, porque parece una buena noticia.
#
# El arreglo es el que ya escribiste: bordes de la referencia y piso. El valor que sale cuando hay bins
# vacíos depende del piso (con uno más chico sube), así que no lo leas como una medida fina: significa
# «hay una franja que desapareció o que apareció».
#
# ## Parte 4 · El PSI de una variable categórica
#
# Con `canal` no hay nada que cortar: **cada nivel es un bin**. Lo que complica es que los niveles cambian:
# aparece uno nuevo, otro deja de usarse, y algunos faltan.
#
# Escribí `psi_categorico(referencia, produccion)`. Recibe dos Series (de textos o de números con pocos
# valores distintos, como `cuotas`) y devuelve **un número**:
#
# 1. un bin por cada nivel que aparezca **en cualquiera de las dos** muestras;
# 2. los faltantes (`NaN` o `None`) son un nivel más;
# 3. proporciones sobre el total, piso de `0.0001` y fórmula: como en la parte 1.
#
# **Antes de correr, ¿qué esperás ver?** Si el orden de los niveles por frecuencia cambia de un mes al
# otro, ¿qué pasa si restás los dos `value_counts()` como arrays, sin mirar el índice?


# %% nbgrader={"grade": false, "grade_id": "psi-categorico", "locked": false, "schema_version": 3, "solution": true, "task": false}
def psi_categorico(referencia, produccion):
    """PSI de una variable categórica entre dos muestras.

    referencia, produccion: Series de textos o números; pueden tener faltantes.
    Devuelve un número: 0 si las proporciones no cambiaron, más grande cuanto más cambiaron.
    """
    ### BEGIN SOLUTION
    p = pd.Series(referencia).value_counts(normalize=True, dropna=False)
    q = pd.Series(produccion).value_counts(normalize=True, dropna=False)
    niveles = p.index.union(q.index, sort=False)
    p = p.reindex(niveles, fill_value=0).clip(lower=PISO)
    q = q.reindex(niveles, fill_value=0).clip(lower=PISO)
    return float(((q - p) * np.log(q / p)).sum())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "psi-categorico-autotest", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tamanos = ["chico", "mediano", "grande", "jarra"]
vendidos_antes = pd.Series(np.repeat(tamanos, [25, 25, 25, 25]))
vendidos_ahora = pd.Series(np.repeat(tamanos, [40, 30, 20, 10]))

assert abs(psi_categorico(vendidos_antes, vendidos_antes)) < 1e-9, "Sin cambios, el PSI es 0."
valor = psi_categorico(vendidos_antes, vendidos_ahora)
assert abs(valor - 0.228217) < 1e-5, (
    f"En el ejemplo de los vasos el PSI es 0,2282 y el tuyo da {valor:.4f}."
)

mas_jarras = pd.Series(np.repeat(tamanos, [10, 20, 30, 40]))
al_reves = 0.3 * np.log(0.4 / 0.1) * 2 + 0.1 * np.log(0.3 / 0.2) * 2
valor = psi_categorico(vendidos_ahora, mas_jarras)
assert abs(valor - al_reves) < 1e-6, (
    f"Cambió qué vaso se vende más: el PSI es {al_reves:.4f} y el tuyo da {valor:.4f}. ¿Estás "
    "comparando el nivel más frecuente de un mes con el más frecuente del otro? Alineá por nombre."
)

sin_jarra = pd.Series(np.repeat(["chico", "mediano", "grande"], [25, 25, 50]))
un_nivel = (1e-4 - 0.25) * np.log(1e-4 / 0.25) + 0.25 * np.log(0.5 / 0.25)
for nombre, caso in {
    "desaparece": (vendidos_antes, sin_jarra),
    "aparece": (sin_jarra, vendidos_antes),
}.items():
    valor = psi_categorico(*caso)
    assert np.isfinite(valor) and abs(valor - un_nivel) < 1e-6, (
        f"Cuando un nivel {nombre}, el PSI es {un_nivel:.4f} y el tuyo da {valor:.4f}. Hacen falta "
        "los niveles de las dos muestras, y el piso."
    )

con_faltantes = vendidos_antes.where(vendidos_antes != "jarra")  # jarra → NaN
ida = (1e-4 - 0.25) * np.log(1e-4 / 0.25)
valor = psi_categorico(vendidos_antes, con_faltantes)
assert abs(valor - 2 * ida) < 1e-6, (
    f"Los vasos jarra pasaron a ser NaN: el PSI es {2 * ida:.4f} y el tuyo da {valor:.4f}. "
    "Los faltantes son un nivel más (por ejemplo, value_counts(dropna=False))."
)
print("✅ psi_categorico: niveles alineados por nombre, nuevos, perdidos y faltantes")

# %% [markdown]
# ### Miralo

# %%
valor_canal = psi_categorico(referencia["canal"], produccion["canal"])
partes_canal = pd.DataFrame(
    {
        "mes 1 (referencia)": referencia["canal"].value_counts(normalize=True),
        "mes 6 (producción)": produccion["canal"].value_counts(normalize=True),
    }
).sort_values("mes 1 (referencia)")

figura, eje = plt.subplots(figsize=(8, 3.8))
lugares = np.arange(len(partes_canal))
for columna, lado, color in zip(partes_canal, (0.2, -0.2), ("#0072B2", "#E69F00"), strict=True):
    barras = eje.barh(lugares + lado, 100 * partes_canal[columna], 0.4, label=columna, color=color)
    eje.bar_label(barras, fmt="%.0f %%", padding=3, fontsize=9)
eje.set_yticks(lugares, partes_canal.index)
eje.set(
    title=f"La app desplazó a la sucursal: PSI del canal = {valor_canal:.2f}".replace(".", ","),
    xlabel="solicitudes del mes (%)",
    xlim=(0, 62),
)
eje.grid(axis="y", visible=False)
eje.legend(loc="lower right")
plt.show()

# %%
print("variable            PSI    lectura")
for variable in ["edad", "monto", "ingreso", "antiguedad_laboral"]:
    valor = psi(referencia[variable], produccion[variable])
    print(f"{variable:18s} {valor:5.2f}   {interpretar_psi(valor)}")
for variable in ["canal", "region", "genero", "cuotas"]:
    valor = psi_categorico(referencia[variable], produccion[variable])
    print(f"{variable:18s} {valor:5.2f}   {interpretar_psi(valor)}")

# %% [markdown]
# ## Parte 5 · Interpretalo
#
# En no más de diez renglones, para alguien que decide y no programa:
#
# 1. ¿Qué cambió entre el mes 1 y el mes 6, y qué **no** cambió? Usá los PSI, su lectura y lo que se ve en
#    los dos gráficos (qué edades, qué canales, hacia dónde).
# 2. Con esto, ¿ya sabés que el modelo anda peor? ¿Qué harías mañana a la mañana?

# %% [markdown] nbgrader={"grade": true, "grade_id": "interpretacion-psi", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Qué cambió.** La población se corrió, y fuerte, en tres variables. La edad (PSI ≈ 0,4): hasta los 27
# años pasó de 11 % a 28 % de las solicitudes, y de los 48 en adelante quedó la mitad o menos. El canal (0,38): la app
# pasó de 1 de cada 4 solicitudes a más de la mitad, y la sucursal bajó a menos de la mitad de lo que era. El
# monto (0,42). El ingreso tiene un cambio leve (0,17). La región, el género, las cuotas y la antigüedad
# quedaron estables. Los cambios cuentan una misma historia: una app que atrae a gente más joven.
#
# **Qué haría.** Un PSI alto dice que cambiaron las **entradas**, no que el modelo se equivoque más: puede
# seguir acertando con los jóvenes si aprendió bien esa zona, o no. Mañana: (1) descarto un error en los
# datos (¿cambió una unidad o un formulario?); (2) miro las métricas por tramo de edad y por canal en las
# solicitudes que ya tienen etiqueta; (3) recién si ahí empeora, preparo un reentrenamiento con datos
# nuevos. No reentreno solo porque sonó la alerta.
#
# *Criterio de corrección (2 puntos): 1 punto por decir qué variables cambiaron y hacia dónde, con números
# o lecturas correctas, y nombrar al menos una estable; 1 punto por distinguir «cambió la población» de
# «el modelo empeoró» y proponer un paso concreto (verificar datos, medir con etiquetas, por subgrupo).*

# %% [markdown]
# ## Para llevarte
#
# - El PSI compara **proporciones por bin**. Los bins salen de la **referencia**, y las dos muestras se
#   reparten en los mismos.
# - Un bin vacío necesita un piso; un dato faltante es un bin; un valor nunca visto tiene que caer en
#   alguno.
# - Menos de 0,1 estable, hasta 0,25 leve, más de 0,25 significativo: son costumbres de la industria, no
#   una ley de la estadística.
# - PSI alto = cambió quién pide. Si el modelo empeoró, te lo dicen las etiquetas.
#
# ## Bonus (sin puntos) · ¿Cuánto da el PSI cuando no cambió nada?
#
# Nunca da exactamente 0: con pocas filas, el azar solo ya reparte desparejo. Completá `psi_sin_drift(n,
# repeticiones, rng)`, que devuelve un array con `repeticiones` valores de PSI, cada uno entre dos muestras
# nuevas de `n` normales estándar (`rng.normal(size=n)`). ¿Con qué `n` empezaría a sonar una alerta falsa?


# %% nbgrader={"grade": false, "grade_id": "bonus-psi-sin-drift", "locked": false, "schema_version": 3, "solution": true, "task": false}
def psi_sin_drift(n, repeticiones, rng):
    """PSI entre pares de muestras de la misma distribución: array de forma (repeticiones,)."""
    ### BEGIN SOLUTION
    return np.array([psi(rng.normal(size=n), rng.normal(size=n)) for _ in range(repeticiones)])
    ### END SOLUTION


# %%
rng = np.random.default_rng(SEMILLA)
tamanos_de_muestra = [50, 100, 300, 1_000, 3_000]
simulados = [psi_sin_drift(n, 12, rng) for n in tamanos_de_muestra]

figura, eje = plt.subplots(figsize=(8, 3.8))
for n, valores in zip(tamanos_de_muestra, simulados, strict=True):
    eje.plot([n] * len(valores), valores, "o", color="#0072B2", alpha=0.35)
teoria = [9 * 2 / n for n in tamanos_de_muestra]
eje.plot(tamanos_de_muestra, teoria, color="#E69F00", label="esperado: (1/n + 1/m) · (bins − 1)")
eje.axhline(0.25, color="#D55E00", linestyle="--", linewidth=1.2)
eje.text(3_400, 0.27, "alerta: 0,25", color="#D55E00", ha="right", va="bottom")
eje.set(xscale="log", yscale="log", xlabel="filas en cada muestra", ylabel="PSI")
eje.set_title("Con 50 filas el PSI alarma solo; con 1.000, el azar no llega a 0,1")
eje.minorticks_off()
eje.set_xticks(tamanos_de_muestra, [f"{n:,}".replace(",", ".") for n in tamanos_de_muestra])
eje.set_yticks([0.01, 0.1, 1], ["0,01", "0,1", "1"])
eje.legend(loc="lower left")
plt.show()
