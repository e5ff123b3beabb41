"""Revisa MODEL_CARD.md antes de entregar: lo que está declarado, como lo mira la corrección.

Código común: numpy, pandas, scikit-learn y markdown-it-py. No interpreta ninguna frase: mira que estén
las secciones, que no queden huecos, los renglones con nombre, los usos fuera de alcance y la tabla,
celda por celda, contra `evidencia.csv`. Los nombres que valen para cada grupo están en `grupos.toml`.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from markdown_it import MarkdownIt
from sklearn import metrics

SECCIONES = {
    "model_details": "Detalles del modelo",
    "intended_use": "Uso previsto",
    "training_data": "Datos de entrenamiento",
    "evaluation_data": "Datos de evaluación",
    "metrics": "Métricas",
    "ethical_considerations": "Consideraciones éticas",
    "caveats": "Limitaciones y recomendaciones",
}
PRUEBA = r"(evaluacion|prueba|test|testing|validacion|validation|evaluation)"
DATOS = r"(datos|data(set)?|conjunto|set|muestra)"
TITULOS = {
    "model_details": r"detalles?|(descripcion|resumen|ficha|informacion|identificacion)( general)?"
    r"( del modelo)?$|sobre (el|este) modelo|model (details?|description|information|overview)",
    "intended_use": r"usos? (previst|esperad|indicad|permitid|recomendad|pretendid)|proposito"
    r"|casos? de uso|para que sirve|objetivo|intended (use|purpose)|use cases|^uses?$|^usos?$",
    "training_data": rf"{DATOS}.*\b(entrenamiento|entrenar|train)|training (data|set|details)"
    r"|^(los )?datos$|^data$|^(entrenamiento|training)$",
    "evaluation_data": rf"{DATOS}.*\b{PRUEBA}\b|\b{PRUEBA} (data|set)|^(los )?datos$|^data$"
    rf"|^{PRUEBA}$",
    "metrics": r"metricas?|metrics?|resultados|results|desempeno|rendimiento|performance"
    r"|(model )?evaluation$|evaluacion( del modelo)?$|factores",
    "ethical_considerations": r"etic|ethic|sesgo|bias|equidad|fairness|^riesgos?$|^risks?$",
    "caveats": r"limitacion|limitations|recomendacion|recommendations|caveats|advertencias"
    r"|^monitoreo|^monitoring",
}
FUERA = re.compile(
    r"fuera del? (su )?alcance|out of scope|usos? (no|in|des|pro)(previst|adecuad|permitid|debid"
    r"|recomendad|aconsejad|hibid)|usos? no \w+|(para que|cuando|donde) no|mal(os)? usos?"
    r"|no (se debe )?(usar|utilizar)(lo|se)?\b|(prohibited|unintended|misuse|inappropriate)|not "
    r"(intended|suitable|recommended)"
)
NADA = re.compile(
    r"(ningun[oa]?s?|nada|no (hay|aplica|se conocen?|corresponde)|n/?a|none|cualquier|any|todos? lo"
    r"|todos los demas|lo demas|el resto|everything|all other|ver |idem|see |no definid|otros usos"
    r"|(usos? )?fuera de|no usar(lo)? (mal|fuera)|usarlo mal)\b.{0,60}"
)
HUECOS = re.compile(
    r"\[\s*(completar|describir|tu |your |more information|insert|fecha|nombre|xx)[^\]\n]*\]"
    r"|\(\s*(describir|completar)[^)\n]*\)|\{\{[^{}\n]*\}\}|(?<![\w$\\^_}])\{[^\W\d][^{}\\$\n]{2,}\}"
    r"|tu_usuario|your_username|more information needed|\btodo\b:?\s*$|\bxxx+\b|lorem ipsum"
    r"|(?:^|[:.]\s*)(por definir|pendiente|a completar|sin completar|tbd|tbc|por completar)\.?\s*$",
    re.I | re.M,
)
CAMPOS = {
    "algoritmo": r"(algoritmo|algorithm|tipo de modelo|model type|clasificador|estimador)\b.*",
    "version": r"version de (scikit-?learn|sklearn)|(scikit-?learn|sklearn)( version)?",
    "filas": r"(cantidad de |numero de |n de )?filas|rows|number of rows|registros|tamano",
    "fecha": r"fecha\b.*|date\b.*",
}
CASOS = "casos|filas|n|support|soporte|cantidad|tamano|rows|size|cases|samples|count|personas"
METRICAS = {
    "casos": CASOS,
    "exactitud": "exactitud|accuracy|acc|aciertos|tasa de aciertos?",
    "precision": "precision|ppv|vpp",
    "recall": "recall|sensibilidad|sensitivity|exhaustividad|tpr",
    "f1": "f ?1( score)?|f1? score|medida f1?",
    "auc": "(roc )?auc( roc)?|auroc|area bajo la curva( roc)?",
    "balanceada": "(exactitud|accuracy) (balanceada|equilibrada)|balanced acc(uracy)?",
    "especificidad": "especificidad|specificity|tnr",
    "brier": "(puntaje |score )?(de )?brier( score)?",
}
GLOBAL = (
    r"(global|total|totales|general|overall|all|todos|todas|todo|en (el )?total|conjunto completo)"
)
NO_EXISTE = re.compile(r"nan|n/?a|none|no existe|indefinid[oa]|no aplica|no definid[oa]|[-–—]+")
NUMERO = re.compile(r"[~≈]?\s*([-+]?\d*[.,]?\d+)\s*(%)?\s*([(±\[].*)?")


@dataclass
class Pieza:
    """Un trozo de la card: título, texto o tabla, con su línea y las secciones en las que está."""

    tipo: str
    texto: str
    linea: int
    filas: list = field(default_factory=list)
    secciones: tuple = ()
    fuera: bool = False


def plano(texto):
    """En minúsculas, sin tildes ni marcas de Markdown y con espacios simples."""
    letras = unicodedata.normalize("NFD", texto.lower())
    letras = "".join(letra for letra in letras if not unicodedata.combining(letra))
    return " ".join(re.sub(r"[*`_#]+|\s", " ", letras).split())


def leer(ruta):
    """El texto de la card, sin lo que nadie ve y con sus tablas en HTML pasadas a Markdown."""
    crudo = Path(ruta).read_bytes()
    try:
        texto = crudo.decode("utf-8-sig")
    except UnicodeDecodeError:
        texto = crudo.decode("cp1252", errors="replace")
    texto = re.sub(r"\A---\n.*?\n---\n", en_blanco, texto.replace("\r\n", "\n"), flags=re.S)
    oculto = r"<(\w+)[^>]*(?:\bhidden\b|display\s*:\s*none)[^>]*>.*?</\1>"
    for patron in (r"<!--.*?(-->|\Z)", oculto):
        texto = re.sub(patron, en_blanco, texto, flags=re.S | re.I)
    texto = re.sub(r"<table.*?</table>", tabla_en_markdown, texto, flags=re.S | re.I)
    texto = re.sub(r"<h([1-6])[^>]*>(.*?)</h\1>", r"\n## \2\n", texto, flags=re.S | re.I)
    texto = re.sub(r"</?(p|div|details|summary|center|ul|ol)\b[^>]*>", "\n\n", texto, flags=re.I)
    return re.sub(r"<li\b[^>]*>", "\n- ", texto, flags=re.I)


def en_blanco(hallado):
    return "\n" * hallado.group().count("\n")


def tabla_en_markdown(hallada):
    celdas = [
        re.findall(r"<t[hd][^>]*>(.*?)(?=<t[hd]\b|</t[hdr]|\Z)", fila, re.S | re.I)
        for fila in re.split(r"<tr\b[^>]*>", hallada.group(), flags=re.I)[1:]
    ]
    filas = [[" ".join(re.sub(r"<[^>]*>", " ", celda).split()) for celda in f] for f in celdas if f]
    lineas = ["| " + " | ".join(fila) + " |" for fila in filas]
    lineas[1:1] = ["|---" * len(filas[0]) + "|"] if filas else []
    return "\n\n" + "\n".join(lineas) + "\n\n"


def piezas_de(texto):
    """La card en orden, cada pieza con las secciones de los títulos que tiene encima."""
    fichas = MarkdownIt("commonmark").enable("table").disable(["link", "reference"]).parse(texto)
    piezas, pila, citas, filas = [], [], 0, None
    for i, ficha in enumerate(fichas):
        citas += {"blockquote_open": 1, "blockquote_close": -1}.get(ficha.type, 0)
        linea = ficha.map[0] + 1 if ficha.map else 0
        if citas:
            continue
        if ficha.type == "table_open":
            filas = []
        elif ficha.type == "tr_open":
            filas.append((linea, []))
        elif ficha.type == "table_close":
            piezas.append(
                Pieza("tabla", " ".join(c for _, f in filas for c in f), filas[0][0], filas)
            )
            filas = None
        elif ficha.type == "inline" and filas is not None:
            filas[-1][1].append(ficha.content)
        elif ficha.type == "inline":
            anterior = fichas[i - 1]
            marca = re.match(r"\\?#{1,6}\s*(.+)|\*\*([^*\n]+)\*\*:?$", ficha.content)
            if anterior.type == "heading_open":
                piezas.append(Pieza("título", ficha.content, linea, [int(anterior.tag[1])]))
            elif marca and secciones_de(marca[1] or marca[2]):
                piezas.append(Pieza("título", marca[1] or marca[2], linea, [2]))
            else:
                piezas.append(Pieza("texto", ficha.content, linea))
    for pieza in piezas:
        if pieza.tipo == "título":
            pila = [arriba for arriba in pila if arriba.filas[0] < pieza.filas[0]] + [pieza]
            pieza.secciones = secciones_de(pieza.texto)
            pieza.fuera = bool(FUERA.search(plano(pieza.texto)))
        con_nombre = next((p for p in reversed(pila) if p.secciones or p.fuera), None)
        if con_nombre and pieza is not con_nombre:
            pieza.secciones = con_nombre.secciones or next(
                (p.secciones for p in reversed(pila) if p.secciones), ()
            )
            pieza.fuera = con_nombre.fuera
    return piezas


def secciones_de(titulo):
    nombre = re.sub(r"^[\d.ivx)·\W]+(?=\w)", "", plano(titulo))
    if FUERA.search(nombre):
        return ()
    return tuple(clave for clave, patron in TITULOS.items() if re.search(patron, nombre))


def renglon(texto):
    """(nombre, valor) de «**Nombre:** valor»; ("", texto) si no lo es."""
    partes = re.match(
        r"\s*\*\*([^*\n]{1,80}?):?\*\*\s*:?\s*(.*)|\s*([^:\n*|]{1,60}):\s+(.*)", texto, re.S
    )
    if not partes:
        return "", texto
    return (partes[1] or partes[3] or "").strip(), (partes[2] or partes[4] or "").strip()


# --- Lo que se mira -------------------------------------------------------------------------


def revisar(
    card="MODEL_CARD.md",
    modelo=None,
    filas=None,
    exige=(),
    evidencia="evidencia.csv",
    grupos="grupos.toml",
):
    """Lista de textos, uno por cada cosa que la corrección objetaría; vacía si está todo.

    modelo: el que se entrega, o None para no mirarlo. filas: {"training": n, "evaluation": n}.
    exige: pares (grupo, métrica) que la consigna pide en la tabla.
    """
    if not Path(card).is_file():
        return [f"No encuentro {card} en esta carpeta: copiá ahí model_card_template.md."]
    piezas = piezas_de(leer(card))
    tabla = pd.read_csv(evidencia)
    nombres = tomllib.loads(Path(grupos).read_text(encoding="utf-8"))
    celdas, avisos = leer_tablas(piezas, nombres, tabla)
    return [
        *secciones_que_faltan(piezas),
        *huecos(piezas),
        *fuera_de_alcance(piezas),
        *campos(piezas, modelo, filas or {}),
        *evidencia_que_falta(celdas, exige),
        *celdas_falsas(celdas, tabla),
        *avisos,
    ]


def secciones_que_faltan(piezas):
    for clave, titulo in SECCIONES.items():
        propias = [p for p in piezas if clave in p.secciones and not p.fuera and p.tipo != "título"]
        if not any(p.tipo == "título" and clave in p.secciones for p in piezas):
            yield f"Falta la sección «{titulo}»."
        elif not any(dice_algo(p) for p in propias):
            yield f"La sección «{titulo}» no dice nada propio."


def dice_algo(pieza):
    if pieza.tipo == "tabla":
        return len(pieza.filas) > 1
    nombre, valor = renglon(pieza.texto)
    if any(re.fullmatch(patron, plano(nombre)) for patron in CAMPOS.values()):
        return False
    palabras = re.findall(r"[^\W\d_]{2,}", HUECOS.sub("", valor))
    return len(palabras) >= 3 and not NADA.fullmatch(plano(valor))


def huecos(piezas):
    for pieza, siguiente in zip(piezas, [*piezas[1:], Pieza("título", "", 0)], strict=True):
        sin_codigo = re.sub(r"`[^`]*`|\$[^$]*\$", "x", pieza.texto)
        if HUECOS.search(sin_codigo):
            yield f"Línea {pieza.linea}: quedó sin completar: «{pieza.texto[:60]}»."
        elif re.fullmatch(r"\s*\*\*[^*\n]+:?\*\*\s*:?\s*", pieza.texto) and ":" in pieza.texto:
            if siguiente.tipo == "título":
                yield f"Línea {pieza.linea}: falta el valor de «{pieza.texto[:60]}»."
        elif pieza.tipo == "tabla" and len(pieza.filas) < 2:
            yield f"Línea {pieza.linea}: la tabla no tiene filas."


def fuera_de_alcance(piezas):
    dichos = [p.texto for p in piezas if p.fuera and p.tipo != "título"]
    for pieza in piezas:
        nombre, valor = renglon(pieza.texto)
        if pieza.tipo == "texto" and nombre and FUERA.match(plano(nombre)):
            dichos.append(valor)
    usos = [plano(HUECOS.sub("", dicho)) for dicho in dichos]
    if not any(
        len(re.findall(r"[^\W\d_]{3,}", uso)) >= 2 and not NADA.fullmatch(uso) for uso in usos
    ):
        yield "No nombra ningún uso fuera de alcance: agregá «### Usos fuera de alcance»."


def campos(piezas, modelo, filas):
    for campo, clave, mira in (
        ("algoritmo", "model_details", lambda valor: es_el_algoritmo(valor, modelo)),
        ("version", "model_details", lambda valor: es_la_version(valor, modelo)),
        ("fecha", "model_details", lambda valor: re.search(r"\d{4}|\d[/-]\d", valor)),
        ("filas", "training_data", lambda valor: son_las_filas(valor, filas.get("training"))),
        ("filas", "evaluation_data", lambda valor: son_las_filas(valor, filas.get("evaluation"))),
    ):
        dichos = [
            (pieza, renglon(pieza.texto)[1])
            for pieza in piezas
            if clave in pieza.secciones
            and re.fullmatch(CAMPOS[campo], plano(renglon(pieza.texto)[0]))
        ]
        if not dichos:
            yield f"Falta el renglón «{campo.capitalize()}» en «{SECCIONES[clave]}»."
        for pieza, valor in dichos[:1]:
            if not mira(valor):
                yield f"Línea {pieza.linea}: «{campo.capitalize()}» no es lo que corresponde."


def es_el_algoritmo(valor, modelo):
    if modelo is None:
        return bool(re.search(r"[^\W\d_]{3,}", valor))
    partes = [modelo, *modelo.get_params(deep=True).values()]
    clases = {type(p).__name__.lower() for p in partes if hasattr(p, "get_params")}
    return any(clase in re.sub(r"[^a-z]", "", plano(valor)) for clase in clases)


def es_la_version(valor, modelo):
    numero = re.search(r"\d+(\.\d+)+", valor)
    return numero and (modelo is None or numero[0] == sklearn.__version__)


def son_las_filas(valor, cuantas):
    numero = re.match(r"\D{0,20}?(\d{1,3}(?:[. \u00a0\u202f,']\d{3})+|\d+)", plano(valor))
    return numero and cuantas in (None, int(re.sub(r"\D", "", numero[1])))


# --- La tabla -------------------------------------------------------------------------------


def leer_tablas(piezas, nombres, evidencia):
    """Las celdas que dicen una métrica de un grupo, y los grupos o métricas que no se reconocen."""
    celdas = []
    for pieza in piezas:
        if pieza.tipo != "tabla":
            continue
        titulos = [metrica(celda) for celda in pieza.filas[0][1]]
        if not any(titulos[1:]) or titulos[:1] == [""] and len(titulos) < 2:
            continue
        for linea, fila in pieza.filas[1:]:
            if not fila:
                continue
            elegidas = grupo(fila[0], nombres, evidencia)
            for titulo, texto in zip(titulos[1:], fila[1:], strict=False):
                if titulo and elegidas is not None and texto.strip():
                    celdas.append((linea, fila[0], titulo, texto, elegidas))
    return celdas, []


def metrica(titulo):
    nombre = re.sub(r"\(.*?\)|[%#.]", " ", plano(titulo)).strip()
    nombre = " ".join(nombre.replace("-", " ").split())
    return next((clave for clave, p in METRICAS.items() if re.fullmatch(p, nombre)), "")


def grupo(texto, nombres, evidencia):
    """Qué filas de la evidencia son las de un grupo: máscara, lista de máscaras (brecha) o None."""
    nombre = plano(re.sub(r"\(n\s*=.*?\)", "", texto))
    if re.fullmatch(GLOBAL, nombre):
        return np.ones(len(evidencia), dtype=bool)
    brecha = re.fullmatch(r"(?:brecha|gap|diferencia)(?: de| en| por)? ?\(? ?(.+?) ?\)?", nombre)
    if brecha:
        columna = columna_de(brecha[1], nombres)
        if columna is None:
            return None
        valores = evidencia[columna].dropna().unique()
        return [(evidencia[columna] == valor).to_numpy() for valor in valores]
    con_nivel = re.fullmatch(r"(.+?)\s*(?:==?|:)\s*(.+)", nombre)
    if con_nivel:
        columna = columna_de(con_nivel[1], nombres)
        return None if columna is None else del_nivel(columna, con_nivel[2], nombres, evidencia)
    de_cada_una = [del_nivel(columna, nombre, nombres, evidencia) for columna in nombres]
    halladas = [mascara for mascara in de_cada_una if mascara is not None]
    if len(halladas) == 1:
        return halladas[0]
    return tramo(nombre, nombres, evidencia)


def columna_de(nombre, nombres):
    for columna, datos in nombres.items():
        if plano(nombre) in {
            plano(n) for n in (columna, columna.replace("_", " "), *datos["names"])
        }:
            return columna
    return None


def del_nivel(columna, nombre, nombres, evidencia):
    for nivel, otros in nombres[columna].get("levels", {}).items():
        if plano(nombre) in {plano(n) for n in (nivel, *otros)}:
            return (evidencia[columna].astype(str) == nivel).to_numpy()
    return None


def tramo(nombre, nombres, evidencia):
    """«edad < 27», «edad 27–44», «edad ≥ 45»."""
    numero = r"(\d+(?:[.,]\d+)?)"
    partes = re.fullmatch(
        rf"(.+?)\s*(?:(<=|>=|<|>|≤|≥)\s*{numero}|(?:de |entre )?{numero}\s*(?:-|–|—|a|y)\s*{numero})"
        r"(?: anos)?",
        nombre,
    )
    columna = partes and columna_de(partes[1], nombres)
    if not columna or not nombres[columna].get("numeric"):
        return None
    valores = evidencia[columna].to_numpy(dtype=float)
    if partes[2]:
        limite = float(partes[3].replace(",", "."))
        compara = {"<": np.less, ">": np.greater, "≤": np.less_equal, "≥": np.greater_equal}
        return compara[partes[2].replace("<=", "≤").replace(">=", "≥")](valores, limite)
    desde, hasta = (float(partes[i].replace(",", ".")) for i in (4, 5))
    return (valores >= desde) & (valores <= hasta)


def evidencia_que_falta(celdas, exige):
    medidas = [celda for celda in celdas if celda[2] != "casos"]
    del_total = [c for c in medidas if not isinstance(c[4], list) and c[4].all()]
    de_grupos = [c for c in medidas if not isinstance(c[4], list) and not c[4].all()]
    if not del_total or not de_grupos:
        yield "Falta la tabla, con una fila Global y al menos un grupo: pegá la que imprime el notebook."
    for nombre, titulo in exige:
        hay = any(plano(c[1]) == plano(nombre) and c[2] == metrica(titulo) for c in celdas)
        if not hay:
            yield f"En la tabla falta {titulo} de «{nombre}»."


def celdas_falsas(celdas, evidencia):
    for linea, nombre, titulo, texto, elegidas in celdas:
        dicho = numero_de(texto, titulo)
        if dicho is not None and not coincide(dicho, valor_de(titulo, elegidas, evidencia)):
            yield (
                f"Línea {linea}: {titulo} de «{nombre}»: la card dice {texto.strip()} y de "
                "evidencia.csv sale otra cosa."
            )


def numero_de(texto, titulo):
    """(valor, tolerancia) de una celda; nan si dice que no existe; None si no es un número."""
    limpio = plano(texto)
    if NO_EXISTE.fullmatch(limpio):
        return np.nan, 0
    if titulo == "casos":
        entero = re.sub(r"(?<=\d)[., ](?=\d{3}\b)", "", limpio)
        return (float(entero), 0.5) if entero.isdigit() else None
    partes = NUMERO.fullmatch(limpio)
    if not partes:
        return None
    cifra = partes[1].replace(",", ".")
    valor, decimales = float(cifra), len(cifra.partition(".")[2])
    escala = 100 if partes[2] or abs(valor) > 1 else 1
    media_unidad = 0.5 * 10.0**-decimales if decimales or escala == 100 else 0.005
    return valor / escala, media_unidad / escala


def coincide(dicho, valor):
    cifra, tolerancia = dicho
    if np.isnan(cifra) or np.isnan(valor):
        return np.isnan(cifra) and np.isnan(valor)
    return abs(cifra - valor) <= tolerancia + 1e-9


def valor_de(titulo, elegidas, evidencia):
    if isinstance(elegidas, list):
        de_cada_grupo = pd.Series([medida(titulo, evidencia[m]) for m in elegidas]).dropna()
        return de_cada_grupo.max() - de_cada_grupo.min() if len(de_cada_grupo) > 1 else np.nan
    return medida(titulo, evidencia[elegidas])


def medida(titulo, filas):
    """Una métrica recalculada (clase positiva: 1); nan donde no existe."""
    era, dijo = filas["y_true"] == 1, filas["y_pred"] == 1
    vp, vn = (era & dijo).sum(), (~era & ~dijo).sum()
    recall, especificidad = dividir(vp, era.sum()), dividir(vn, (~era).sum())
    if titulo in ("auc", "brier"):
        sin_puntaje = filas["y_score"].isna().any() or (titulo == "auc" and era.nunique() < 2)
        cuenta = metrics.roc_auc_score if titulo == "auc" else metrics.brier_score_loss
        return np.nan if sin_puntaje or not len(filas) else cuenta(era, filas["y_score"])
    return {
        "casos": len(filas),
        "exactitud": dividir(vp + vn, len(filas)),
        "precision": dividir(vp, dijo.sum()),
        "recall": recall,
        "f1": dividir(2 * vp, era.sum() + dijo.sum()),
        "balanceada": (recall + especificidad) / 2,
        "especificidad": especificidad,
    }[titulo]


def dividir(parte, total):
    return parte / total if total else np.nan
