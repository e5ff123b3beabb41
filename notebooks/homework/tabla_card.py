"""La tabla de MODEL_CARD.md, celda por celda: qué grupo, qué métrica, y si sale de la evidencia.

Los nombres que valen para cada columna y cada nivel están en `grupos.toml`.
"""

import re
from itertools import product

import numpy as np
from leer_card import PRUEBA, plano
from scipy.stats import rankdata

CASOS = r"(filas|registros|casos|muestras|pasajeros|solicitudes|rows|samples|tamano|size)"
METRICAS = {
    "casos": rf"n|no|{CASOS}|support|soporte|cantidad|cases|count|personas|(cantidad"
    rf"|numero) de {CASOS}",
    "exactitud": "exactitud|accuracy|acc|aciertos|tasa de aciertos?",
    "precision": "precision|ppv|vpp",
    "recall": "recall|sensibilidad|sensitivity|exhaustividad|tpr|cobertura",
    "f1": "f ?1|f1? score|f1? measure|medida f1?",
    "auc": "(roc )?auc( roc)?|auroc|area bajo la curva( roc)?",
    "balanceada": "(exactitud|accuracy) (balanceada|equilibrada)|balanced acc(uracy)?",
    "especificidad": "especificidad|specificity|tnr",
    "brier": "(puntaje |score )?(de )?brier",
}
GLOBAL = re.compile(
    r"(el |la |the )?(global|total(es)?|general|overall|all|todos?|todas?|conjunto completo|(todo"
    r"|toda|all|whole"
    r"|todas|todos) (el |la |las |los |the )?\w+)"
)
NO_EXISTE = re.compile(
    r"nan|n/?a|none|no existe|indefinid[oa]|no aplica|no definid[oa]|undefined|[-–—]+"
)
CIFRA = re.compile(r"[~≈]? ?([-+]?\d*[.,]?\d+) ?(%)?( ?[(±\[].*)?")


def leer_tablas(piezas, nombres, evidencia):
    """(línea, grupo, métrica, cifra, máscaras) de cada celda que dice una métrica de un grupo."""
    for pieza in piezas:
        if pieza.tipo != "tabla" or es_de_entrenamiento(pieza):
            continue
        titulos = [metrica(celda) for celda in pieza.filas[0][1]]
        encabezado = [plano(celda) for celda in pieza.filas[0][1][:2]]
        es_doble = (
            len(titulos) > 2
            and not titulos[1]
            and encabezado[1] in ("nivel", "valor", "level", "grupo", "categoria")
        )
        factor, columna = "", columna_de(encabezado[0], nombres)
        for linea, fila in pieza.filas[1:]:
            factor = fila[0] if fila and fila[0].strip() else factor
            nombre = factor
            if (
                es_doble
                and len(fila) > 1
                and not re.fullmatch(r"[-–—]?|todos|total|global", plano(fila[1]))
            ):
                nombre = f"{factor} = {fila[1]}"
            if not any(celda.strip() for celda in fila[1:]):
                columna = (
                    columna_de(re.sub(r"^\W*(por|by) ", "", plano(nombre)), nombres) or columna
                )
            mascaras = grupo(nombre, columna, nombres, evidencia)
            for titulo, texto in zip(titulos, fila, strict=False):
                if titulo and mascaras and texto.strip():
                    yield linea, nombre, titulo, texto, mascaras


def es_de_entrenamiento(pieza):
    titulo = plano(pieza.titulo)
    if re.search(r"\b(entrenamiento|train(ing)?)\b", titulo) and not re.search(PRUEBA, titulo):
        return True
    return "training_data" in pieza.secciones and not {"evaluation_data", "metrics"} & set(
        pieza.secciones
    )


def metrica(titulo):
    entre_parentesis = re.search(r"\(([^)]*)\)", plano(titulo))
    for nombre in (
        entre_parentesis[1] if entre_parentesis else "",
        re.sub(r"\(.*?\)", "", plano(titulo)),
    ):
        nombre = " ".join(re.sub(r"[^a-z0-9]+", " ", nombre).split())
        for clave, patron in METRICAS.items():
            if re.fullmatch(f"(?:{patron})(?: score)?", nombre) and not (
                clave == "casos" and nombre == "n" and "(" in titulo
            ):
                return clave
    return ""


def grupo(texto, columna, nombres, evidencia):
    """Las máscaras que un grupo puede querer decir (una brecha: las de sus grupos), o None."""
    nombre = re.sub(r"[(\[] ?n ?= ?[\d.,]+ ?[)\]]", "", plano(texto)).strip(" :.«»\"'")
    if GLOBAL.fullmatch(nombre):
        return [np.ones(len(evidencia), dtype=bool)]
    brecha = re.fullmatch(
        r"(?:brecha|gap|diferencia)(?: de| en| por| entre)? ?[(:=]? ?(.*?) ?\)?", nombre
    )
    if brecha:
        de = columna_de(brecha[1], nombres) if brecha[1] else columna
        if not de or "levels" not in nombres[de]:
            return None
        return {
            valor: (evidencia[de] == valor).to_numpy() for valor in evidencia[de].dropna().unique()
        }
    for otra in nombres:
        for alias in sorted(alias_de(otra, nombres), key=len, reverse=True):
            resto = nombre.removeprefix(alias) if nombre.startswith(alias) else ""
            resto = nombre.removesuffix(f"({alias})") if nombre.endswith(f"({alias})") else resto
            resto = re.sub(r"^\s*(?:==?|:|—|–|·|/)\s*", "", resto).strip(" =:")
            hallada = resto and (
                del_nivel(otra, resto, nombres, evidencia) or tramo(otra, resto, nombres, evidencia)
            )
            if hallada:
                return hallada
    if columna:
        return del_nivel(columna, nombre, nombres, evidencia) or tramo(
            columna, nombre, nombres, evidencia
        )
    halladas = [m for otra in nombres if (m := del_nivel(otra, nombre, nombres, evidencia))]
    return halladas[0] if len(halladas) == 1 and re.search("[a-z]", nombre) else None


def alias_de(columna, nombres):
    return {
        plano(n) for n in (columna, columna.replace("_", " "), *nombres[columna].get("names", []))
    }


def columna_de(nombre, nombres):
    return next((c for c in nombres if nombre and plano(nombre) in alias_de(c, nombres)), None)


def del_nivel(columna, nombre, nombres, evidencia):
    for nivel, otros in nombres[columna].get("levels", {}).items():
        if plano(nombre) in {plano(n) for n in (nivel, *otros)}:
            return [(evidencia[columna].astype(str) == nivel).to_numpy()]
    return None


def tramo(columna, texto, nombres, evidencia):
    """«< 27», «27–44», «45 o más»; si no se dice si los extremos entran, valen las dos cosas."""
    numero = r"(\d+(?:[.,]\d+)?)"
    texto = re.sub(r" ?(anos|years( old)?)$", "", texto.strip("() "))
    if not nombres[columna].get("numeric"):
        return None
    valores = evidencia[columna].to_numpy(dtype=float)
    entre = re.fullmatch(
        rf"(?:\[|de |entre |from )?{numero} ?(?:-|–|—|a|y|to|,) ?{numero}[\])]?", texto
    )
    if entre:
        desde, hasta = (float(extremo.replace(",", ".")) for extremo in entre.groups())
        abajo, arriba = (valores >= desde, valores > desde), (valores <= hasta, valores < hasta)
        return [a & b for a, b in product(abajo, arriba)]
    for patron, comparaciones in (
        (rf"(?:<=|≤|hasta) ?{numero}|{numero} o menos", (np.less_equal,)),
        (rf"(?:<|menos de|menor(?:es)? (?:de|a|que)|under) ?{numero}", (np.less,)),
        (
            rf"(?:>=|≥|desde) ?{numero}|{numero} ?(?:\+|(?:o|y|or) (?:mas|more|over))",
            (np.greater_equal,),
        ),
        (rf"(?:>|mas de|mayor(?:es)? (?:de|a|que)|over) ?{numero}", (np.greater, np.greater_equal)),
    ):
        if partes := re.fullmatch(patron, texto):
            limite = float(next(filter(None, partes.groups())).replace(",", "."))
            return [compara(valores, limite) for compara in comparaciones]
    return None


def evidencia_que_falta(celdas, pedidas):
    medidas = [celda for celda in celdas if celda[2] != "casos" and isinstance(celda[4], list)]
    medidas = [celda for celda in medidas if cifra_de(celda[3], celda[2]) is not None]
    if not any(c[4][0].all() for c in medidas) or all(c[4][0].all() for c in medidas):
        yield "Falta la tabla, con Global y al menos un grupo: pegá la que imprime el notebook."
    for nombre, titulo, mascaras in pedidas:
        if not any(c[2] == metrica(titulo) and np.array_equal(c[4], mascaras) for c in medidas):
            yield f"En la tabla falta {titulo} de «{nombre}»."


def celdas_falsas(celdas, evidencia):
    for linea, nombre, titulo, texto, mascaras in celdas:
        dicho = cifra_de(texto, titulo)
        if dicho is not None and not any(
            coincide(dicho, v) for v in valores_de(titulo, mascaras, evidencia)
        ):
            yield (
                f"Línea {linea}: {titulo} de «{nombre}»: la card dice {texto.strip()} y de "
                "evidencia.csv sale otra cosa."
            )


def cifra_de(texto, titulo):
    """(valor, tolerancia) de una celda; nan si dice que no existe; None si no es un número."""
    limpio = plano(texto)
    if NO_EXISTE.fullmatch(limpio):
        return np.nan, 0
    if titulo == "casos":
        entero = re.sub(r"(?<=\d)[., ](?=\d{3}\b)", "", limpio)
        return (float(entero), 0.5) if entero.isdigit() else None
    partes = CIFRA.fullmatch(limpio)
    if not partes:
        return None
    cifra = partes[1].replace(",", ".")
    decimales = len(cifra.partition(".")[2])
    escala = 100 if partes[2] or abs(float(cifra)) > 1 else 1
    return float(cifra) / escala, (
        0.5 * 10.0**-decimales if decimales or escala == 100 else 0.005
    ) / escala


def coincide(dicho, valor):
    cifra, tolerancia = dicho
    if np.isnan(cifra) or np.isnan(valor):
        return bool(np.isnan(cifra) and np.isnan(valor))
    return abs(cifra - valor) <= tolerancia + 1e-9


def valores_de(titulo, mascaras, evidencia):
    """Lo que una celda puede decir: uno solo, salvo en los tramos y en las brechas."""
    if isinstance(mascaras, list):
        return [medida(titulo, evidencia[mascara]) for mascara in mascaras]
    if titulo == "casos":
        return [np.nan, np.ptp([mascara.sum() for mascara in mascaras.values()])]
    valores = []
    for minimo in (1, 10):
        de_cada_grupo = [
            medida(titulo, evidencia[m]) for m in mascaras.values() if m.sum() >= minimo
        ]
        existen = np.array([valor for valor in de_cada_grupo if not np.isnan(valor)])
        valores += (
            [np.ptp(existen), np.ptp(existen.round(2)), np.ptp(existen.round(3))]
            if len(existen) > 1
            else [np.nan]
        )
    return valores


def medida(titulo, filas):
    """Una métrica recalculada (clase positiva: 1); nan donde no existe."""
    era, dijo = (filas["y_true"] == 1).to_numpy(), (filas["y_pred"] == 1).to_numpy()
    puntaje = filas["y_score"].to_numpy(dtype=float)
    positivos, negativos = era.sum(), (~era).sum()
    vp, vn = (era & dijo).sum(), (~era & ~dijo).sum()
    recall, especificidad = dividir(vp, positivos), dividir(vn, negativos)
    if titulo == "auc":  # de cada par de casos de distinta clase, en qué parte el orden es el bueno
        rangos = rankdata(puntaje, nan_policy="propagate")[era].sum()
        return dividir(rangos - positivos * (positivos + 1) / 2, positivos * negativos)
    return {
        "casos": len(filas),
        "exactitud": dividir(vp + vn, len(filas)),
        "precision": dividir(vp, dijo.sum()),
        "recall": recall,
        "f1": dividir(2 * vp, positivos + dijo.sum()),
        "balanceada": (recall + especificidad) / 2,
        "especificidad": especificidad,
        "brier": dividir(((puntaje - era) ** 2).sum(), len(filas)),
    }[titulo]


def dividir(parte, total):
    return parte / total if total else np.nan
