"""Lee MODEL_CARD.md: sus títulos, sus renglones y sus tablas, cada cosa en su sección.

Lo que nadie ve (comentarios, texto oculto), la guía (los párrafos con `>`) y el código no cuentan.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from markdown_it import MarkdownIt

SECCIONES = {
    "model_details": "Detalles del modelo",
    "intended_use": "Uso previsto",
    "training_data": "Datos de entrenamiento",
    "evaluation_data": "Datos de evaluación",
    "metrics": "Métricas",
    "ethical_considerations": "Consideraciones éticas",
    "caveats": "Limitaciones y recomendaciones",
}
PRUEBA = r"(evaluacion|evaluar|eval|prueba|test|testing|validacion|evaluation)"
DATOS = r"(datos|data(set)?s?|conjunto|set|muestra|base)"
TITULOS = {
    "model_details": r"^detalles?$|detalles? del|^(descripcion|resumen|ficha|informacion"
    r"|identificacion"
    r"|overview)( general| tecnica)?( del modelo)?$|sobre (el|este) modelo|model "
    r"(details?|description|information|overview|summary)",
    "intended_use": r"intencion de uso|usos? (previst|esperad|indicad|permitid|recomendad"
    r"|pretendid)|proposito"
    r"|^usos?$"
    r"|casos? de uso|para que (sirve|es|se usa)|objetivo|finalidad|intended|use cases|^uses?$"
    r"|direct use",
    "training_data": rf"{DATOS}.*\b(entrenamiento|entrenar|train(ing)?)\b|train(ing)? ({DATOS}"
    rf"|details)"
    rf"|^(los )?{DATOS}$|^(entrenamiento|training)$",
    "evaluation_data": rf"{DATOS}.*\b{PRUEBA}\b|\b{PRUEBA} {DATOS}|^(los )?{DATOS}$|^{PRUEBA}$"
    r"|entrenamiento y (de )?(la )?evaluacion",
    "metrics": r"metricas?|metrics?|resultados|results|desempeno|rendimiento|performance|factores"
    r"|quantitative|^(model )?evaluation$|^evaluacion( del modelo)?$",
    "ethical_considerations": r"etic[oa]|ethic|sesgo|bias|equidad|fairness|^riesgos?$|^risks?$",
    "caveats": r"limitacion|limitations|recomendacion|recommendations|caveats|advertencias"
    r"|^monitor",
}
NO_SE_USA = (
    r"fuera del? (su )?alcance|out.of.scope|usos? (in|des|pro)(debid|adecuad|aconsejad|hibid)"
    r"|usos? no \w+"
    r"|(para que|cuando|donde) no\b|mal(os)? usos?|(prohibited|unintended|inappropriate) uses?"
    r"|misuse"
    r"|(limitaciones|limites|restricciones) de uso|casos de uso (no|des|pro)"
    r"|no (se (debe|puede|recomienda) |debe(ria)? (ser |usarse )?|hay que )?(usar|usad|utiliz"
    r"|aplic|emplea)"
    r"\w*|no (esta|fue|es) (pensado|disenado|apto|valido|adecuado|para)|no sirve|(is "
    r"|are )?not (be )?"
    r"(intended|suitable|recommended|used|designed)|(do|should|must) not (be )?use"
)
FUERA = re.compile(NO_SE_USA)


@dataclass
class Pieza:
    """Un renglón, un título o una tabla de la card, con su línea y sus secciones."""

    tipo: str
    texto: str
    linea: int
    nivel: int = 0
    filas: list = field(default_factory=list)
    secciones: tuple = ()
    fuera: bool = False
    titulo: str = ""


def plano(texto):
    """En minúsculas, sin tildes ni marcas de Markdown y con espacios simples."""
    letras = unicodedata.normalize("NFD", texto.lower())
    letras = "".join(letra for letra in letras if not unicodedata.combining(letra))
    return " ".join(re.sub(r"[*`_#\s]+", " ", letras).split())


def leer(ruta):
    """El texto de la card, sin lo que nadie ve y con su HTML pasado a Markdown."""
    crudo = Path(ruta).read_bytes()
    try:
        texto = crudo.decode("utf-8-sig")
    except UnicodeDecodeError:
        texto = crudo.decode("cp1252", errors="replace")
    texto = re.sub(r"\A---\n.*?\n---\n", en_blanco, texto.replace("\r\n", "\n"), flags=re.S)
    nadie_lo_ve = r"\bhidden\b|display\s*:\s*none|(font-size|opacity)\s*:\s*0|:\s*hidden|white"
    for patron in (r"<!--.*?(-->|\Z)", rf"<(\w+)[^>]*(?:{nadie_lo_ve})[^>]*>.*?</\1>"):
        texto = re.sub(patron, en_blanco, texto, flags=re.S | re.I)
    texto = re.sub(r"<table.*?</table>", tabla_en_markdown, texto, flags=re.S | re.I)
    for patron, nuevo in (
        (r"<h([1-6])[^>]*>(.*?)</h\1>", lambda h: f"\n\n{'#' * int(h[1])} {h[2]}\n\n"),
        (r"<li\b[^>]*>", "\n- "),
        (r"</?(?:p|div|details|summary|center|ul|ol|br)\b[^>]*>", "\n\n"),
        (r"</?(?:b|strong)>", "**"),
        (r"</?(?:span|i|em|u|a|font|small|code|li)\b[^>]*>", ""),
    ):
        texto = re.sub(patron, nuevo, texto, flags=re.S | re.I)
    return texto


def en_blanco(hallado):
    return "\n" * hallado.group().count("\n")


def tabla_en_markdown(hallada):
    filas = [
        re.findall(r"<t[hd][^>]*>(.*?)(?=<t[hd]\b|</t[hdr]|\Z)", fila, re.S | re.I)
        for fila in re.split(r"<tr\b[^>]*>", hallada.group(), flags=re.I)[1:]
    ]
    filas = [
        [" ".join(re.sub(r"<[^>]*>", " ", celda).split()) for celda in fila]
        for fila in filas
        if fila
    ]
    lineas = ["| " + " | ".join(fila) + " |" for fila in filas]
    lineas[1:1] = ["|---" * len(filas[0]) + "|"] if filas else []
    return "\n\n" + unescape("\n".join(lineas)) + "\n\n"


def piezas_de(texto):
    """La card en orden, sin la guía (los párrafos con `>`), y cada pieza en su sección."""
    piezas = list(sin_secciones(texto))
    pila = []
    for pieza in piezas:
        if pieza.tipo == "título":
            pieza.secciones = secciones_de(pieza.texto)
            pieza.fuera = bool(FUERA.search(plano(pieza.texto)))
            pila = [arriba for arriba in pila if arriba.nivel < pieza.nivel] + [pieza]
        con_nombre = next((p for p in reversed(pila) if p.secciones or p.fuera), None)
        if con_nombre and pieza is not con_nombre:
            de_arriba = (p.secciones for p in reversed(pila) if p.secciones and p is not pieza)
            pieza.secciones = pieza.secciones or con_nombre.secciones or next(de_arriba, ())
            pieza.fuera = pieza.fuera or con_nombre.fuera
        pieza.titulo = pila[-1].texto if pila else ""
    return piezas


def sin_secciones(texto):
    fichas = MarkdownIt("commonmark").enable("table").disable(["link", "reference"]).parse(texto)
    citas, lista, filas = 0, 0, None
    for anterior, ficha in zip([None, *fichas], fichas, strict=False):
        citas += {"blockquote_open": 1, "blockquote_close": -1}.get(ficha.type, 0)
        lista += {"list_item_open": 1, "list_item_close": -1}.get(ficha.type, 0)
        linea = ficha.map[0] + 1 if ficha.map else 0
        if ficha.type == "table_open":
            filas = []
        elif ficha.type == "tr_open":
            filas.append((linea, []))
        elif ficha.type == "table_close" and not citas:
            yield Pieza(
                "tabla", " ".join(c for _, fila in filas for c in fila), filas[0][0], 0, filas
            )
        filas = None if ficha.type == "table_close" else filas
        if ficha.type == "inline" and filas is not None:
            filas[-1][1].append(ficha.content)
        elif ficha.type == "inline" and not citas and anterior.type == "heading_open":
            yield Pieza("título", ficha.content, linea, int(anterior.tag[1]))
        elif ficha.type == "inline" and not citas:
            for i, renglon in enumerate(ficha.content.split("\n")):
                marca = re.match(r"\\?#{1,6}\s*(.+)|\*\*([^*]+)\*\*:?$", renglon.strip())
                nombre = (marca[1] or marca[2]) if marca else ""
                if nombre and (secciones_de(nombre) or (marca[2] and FUERA.search(plano(nombre)))):
                    yield Pieza("título", nombre, linea + i, 2)
                else:
                    yield Pieza("texto", renglon, linea + i, lista)


def secciones_de(titulo):
    nombre = re.sub(
        r"^(?:(?:seccion |parte )?(?:\d{1,2}|[ivx]{1,4})\b)?[\W\d_]*", "", plano(titulo)
    )
    nombre = re.sub(r"[^\w]+", " ", nombre).strip()
    if FUERA.search(nombre):
        return ()
    claves = [clave for clave, patron in TITULOS.items() if re.search(patron, nombre)]
    return tuple(claves)


def renglones(piezas):
    """(nombre, valor, pieza) de cada «Nombre: valor» y de cada fila de una tabla."""
    for pieza, siguiente in zip(piezas, [*piezas, Pieza("título", "", 0)][1:], strict=True):
        if pieza.tipo == "tabla":
            encabezado = pieza.filas[0][1]
            for linea, fila in pieza.filas:
                lugar = Pieza("", "", linea, 0, [], pieza.secciones)
                yield plano(fila[0] if fila else ""), " ".join(fila[1:]), lugar
                if len(fila) == len(encabezado) == 2:
                    yield plano(f"{encabezado[1]} {fila[0]}"), fila[1], lugar
        con_nombre = r"\W*\*\*([^*]{1,80}?):?\*\*\s*:?\s*(.*)|\W*([^:*|]{1,60}):(?!//)\s*(.*)"
        partes = re.match(con_nombre, pieza.texto)
        if pieza.tipo == "texto" and partes:
            nombre, valor = partes[1] or partes[3], partes[2] or partes[4] or ""
            if not valor.strip() and siguiente.tipo == "texto" and siguiente.nivel > pieza.nivel:
                valor = siguiente.texto
            yield re.sub(r"^\W+|[\W]+$", "", plano(nombre)), valor.strip(), pieza
