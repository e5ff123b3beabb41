"""Revisa MODEL_CARD.md antes de entregar: lo que está declarado, como lo mira la corrección.

Código común: pandas, scikit-learn y markdown-it-py. No interpreta ninguna frase: mira que estén las
secciones, que no queden huecos, los renglones con nombre, los usos fuera de alcance y la tabla,
celda por celda, contra `evidencia.csv`.
"""

import re
import tomllib
from datetime import date
from pathlib import Path

import pandas as pd
import sklearn
from leer_card import FUERA, NO_SE_USA, PRUEBA, SECCIONES, Pieza, leer, piezas_de, plano, renglones
from tabla_card import celdas_falsas, evidencia_que_falta, grupo, leer_tablas

VERSION = sklearn.__version__
DICE_NO = re.compile(rf"((el|este|the|this|it) ?(modelo|model|clasificador)? )?({NO_SE_USA}).*")
VACIAS = set(
    "el la los las lo un una de del al a en y o que se su sus no ni es son esta este esto para"
    " por con sin fuera"
    " alcance previsto prevista uso usos usar usarlo modelo ninguno ninguna ningun nada todo"
    " todos toda todas"
    " demas otro otra otros otras cualquier cualquiera proposito fin fines aplica hay ver arriba"
    " seccion anterior"
    " definir pendiente describe descripto card clase mal indebido indebidos caso casos resto"
    " cosa cosas distinto"
    " none any other all everything else purpose the of and or not for use used see above this"
    " that is are"
    " intended scope out its it to be model applicable should must do deberia debe conocido"
    " conocidos".split()
)
HUECOS = re.compile(
    r"\[\s*(completar|describir|tu |your |more information|insert|fecha|nombre|xx)[^\]\n]*\]"
    r"|\(\s*(describir|completar)[^)\n]*\)|\{\{[^{}\n]*\}\}"
    r"|(?<![\w$\\^_}])\{[^\W\d][^{}\\$\n,:=]{2,}\}"
    r"|\b(tu|your)_[a-z_]{2,}|more information needed|lorem ipsum|\bX{2,4}\b|\b[0-9.,]*X[.,]X+"
    r"|<(completar|nombre|fecha|tu|your|name)[^>\n]*>|please (describe|include)|(aaaa|yyyy)-mm",
    re.I,
)
SIN_DECIR = re.compile(
    r"((queda |esta )?(por|a|sin|para) (definir|completar|rellenar)|(esta )?pendientes?( de \w+)?"
    r"|to ?do|tbd|tbc"
    r"|completar|describir|no aplica|n/?a|xx+|[.…_?¿ -]*)[. ]*"
)
TAMANO = (
    r"(filas|registros|casos|muestras|observaciones|pasajeros|solicitudes|rows|samples|records"
    r"|tamano|size)"
)
CAMPOS = {
    "algoritmo": r"(tipo|clase|type|class)? ?(de |del |of )?(el |the )?(modelo|algoritmo"
    r"|clasificador|estimador|model|algorithm|classifier)( type| class| \w+[ao]d[ao])?|tipo|type"
    r"|arquitectura|tecnica",
    "fecha": r"(model |release |training )?(fecha|date|actualizad\w|entrenad\w)( (de|del|y"
    r"|and) .*)?|version y fecha",
}
NOMBRES_DE_ALGORITMO = {
    "logisticregression": "logistic|logit",
    "randomforestclassifier": "random ?forest|bosques? aleatori",
    "decisiontreeclassifier": "decision ?tree|arbol(es)? de decision",
    "histgradientboostingclassifier": "gradient ?boost|boosting de gradiente",
    "gradientboostingclassifier": "gradient ?boost|boosting de gradiente",
    "kneighborsclassifier": "k ?neighbors|knn|vecinos",
    "svc": r"\bsv[cm]\b|vectores de soporte|support vector",
    "gaussiannb": "bayes",
    "mlpclassifier": "red neuronal|neural|perceptron",
}
MESES = "ene|jan feb mar abr|apr may jun jul ago|aug sep|set oct nov dic|dec".split()


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
    if not Path(evidencia).is_file():
        return [f"No encuentro {evidencia}: corré la celda que la guarda, y las anteriores."]
    piezas = piezas_de(leer(card))
    tabla = pd.read_csv(evidencia)
    nombres = tomllib.loads(Path(grupos).read_text(encoding="utf-8"))
    celdas = list(leer_tablas(piezas, nombres, tabla))
    pedidas = [(nombre, titulo, grupo(nombre, None, nombres, tabla)) for nombre, titulo in exige]
    declarados = list(renglones(piezas))
    return [
        *secciones_que_faltan(piezas, declarados),
        *huecos(piezas),
        *fuera_de_alcance(piezas, declarados),
        *campos(declarados, modelo, filas or {}),
        *evidencia_que_falta(celdas, pedidas),
        *celdas_falsas(celdas, tabla),
    ]


def secciones_que_faltan(piezas, declarados):
    de_campos = {p.linea for nombre, _, p in declarados if es_campo(nombre) and p.tipo == "texto"}
    for clave, titulo in SECCIONES.items():
        if not any(p.tipo == "título" and clave in p.secciones for p in piezas):
            yield f"Falta la sección «{titulo}»."
            continue
        dicho = set()
        for pieza in piezas:
            if clave in pieza.secciones and pieza.tipo != "título" and pieza.linea not in de_campos:
                dicho |= set() if SIN_DECIR.fullmatch(plano(pieza.texto)) else palabras(pieza.texto)
        if len(dicho) < 3:
            yield f"La sección «{titulo}» no dice nada propio."


def es_campo(nombre):
    return re.fullmatch(
        "|".join([*CAMPOS.values(), TAMANO, r".*\b(scikit.?learn|sklearn)\b.*"]), nombre
    )


def huecos(piezas):
    for pieza, siguiente in zip(piezas, [*piezas, Pieza("título", "", 0)][1:], strict=True):
        sin_codigo = re.sub(r"`[^`]*`|\$[^$]*\$", "x", pieza.texto)
        clave, _, valor = pieza.texto.rpartition(":")
        es_de_abajo = siguiente.tipo != "título" and (
            not pieza.nivel or siguiente.nivel > pieza.nivel
        )
        vacio = not valor.strip("* ") and pieza.tipo == "texto" and not es_de_abajo
        sin_decir = (
            valor.strip("* ") and SIN_DECIR.fullmatch(plano(valor)) and pieza.tipo == "texto"
        )
        if HUECOS.search(sin_codigo) or sin_decir or (clave and vacio):
            yield f"Línea {pieza.linea}: quedó sin completar: «{pieza.texto[:60]}»."
        elif pieza.tipo == "tabla" and len(pieza.filas) < 2:
            yield f"Línea {pieza.linea}: la tabla no tiene filas."


def fuera_de_alcance(piezas, declarados):
    dichos = [p.texto for p in piezas if p.fuera and p.tipo != "título"]
    dichos += [valor for nombre, valor, _ in declarados if FUERA.match(nombre)]
    for pieza in piezas:
        oraciones = re.split(r"(?<=[.;])\s+|:\s", pieza.texto) if pieza.tipo == "texto" else []
        dichos += [frase for frase in oraciones if DICE_NO.fullmatch(plano(frase).strip(" .-"))]
        if pieza.tipo == "tabla":
            fuera = [i for i, celda in enumerate(pieza.filas[0][1]) if FUERA.match(plano(celda))]
            dichos += [fila[i] for _, fila in pieza.filas[1:] for i in fuera if i < len(fila)]
    for dicho in dichos:
        for frase in re.split(r"(?<=[.;])\s+", dicho):
            usos = {
                palabra for palabra in palabras(frase) - VACIAS if not DICE_NO.fullmatch(palabra)
            }
            if not SIN_DECIR.fullmatch(plano(frase)) and (
                len(usos) > 1 or any(len(u) > 4 for u in usos)
            ):
                return []
    return ["No nombra ningún uso fuera de alcance: agregá «### Usos fuera de alcance»."]


def campos(declarados, modelo, filas):
    def de(campo):
        return [v for nombre, v, _ in declarados if v and re.fullmatch(CAMPOS[campo], nombre)]

    versiones = [
        hallada[1]
        for nombre, valor, _ in declarados
        for hallada in [
            re.search(
                r"(?:scikit.?learn|sklearn)\W{0,4}(?:version\W{0,2})?(\d+(?:\.\d+)+)", plano(valor)
            )
            or (
                re.search(r"scikit.?learn|sklearn", nombre) and re.search(r"(\d+(?:\.\d+)+)", valor)
            )
        ]
        if hallada
    ]
    en_detalles = "En «Detalles del modelo»"
    if not any(es_el_algoritmo(valor, modelo) for valor in de("algoritmo")):
        yield f"{en_detalles}, el renglón «Algoritmo» falta o no es el del modelo que guardaste."
    if not any(modelo is None or f"{VERSION}.".startswith(f"{v}.") for v in versiones):
        yield f"{en_detalles}, «Versión de scikit-learn» falta o no es la de este entorno."
    if not any(es_fecha(valor) for valor in de("fecha")):
        yield f"{en_detalles}, el renglón «Fecha» falta o no es una fecha (2026-11-27)."
    for clave, propias, ajenas in (
        ("training", "entrenamiento|training|train", PRUEBA),
        ("evaluation", PRUEBA, "entrenamiento|training|train"),
    ):
        seccion = f"{clave}_data"
        dichos = [
            valor
            for nombre, valor, pieza in declarados
            if re.search(rf"\b({TAMANO}|n|cantidad)\b", nombre)
            or re.search(rf"\d {TAMANO}\b", plano(valor))
            if re.fullmatch(
                rf"(({TAMANO}|cantidad|numero|number|total|n|de|of|la|el|{propias}|{ajenas}) ?)+",
                nombre,
            )
            if re.search(rf"\b({propias})\b", nombre)
            or (seccion in pieza.secciones and not re.search(rf"\b({ajenas})\b", nombre))
        ]
        if not any(son_las_filas(valor, filas.get(clave)) for valor in dichos):
            yield f"En «{SECCIONES[seccion]}», el renglón «Filas» falta o no son esas."


def es_el_algoritmo(valor, modelo):
    dicho = plano(valor)
    junto = re.sub(r"[^a-z]", "", dicho)
    if modelo is None:
        return bool(palabras(valor))
    partes = [modelo, *modelo.get_params(deep=True).values()]
    clases = {type(parte).__name__.lower() for parte in partes if hasattr(parte, "get_params")}
    clases = {c for c in clases if not re.search("pipeline|transformer|scaler|encoder|imputer", c)}
    return any(
        clase in junto or re.search(NOMBRES_DE_ALGORITMO.get(clase, clase), dicho)
        for clase in clases
    )


def es_fecha(valor):
    dicho = plano(valor)
    numeros = [int(numero) for numero in re.findall(r"\d+", dicho)[:3]]
    mes = next((i for i, m in enumerate(MESES, 1) if re.search(rf"\b({m})", dicho)), None)
    anio = next((n for n in numeros if 1900 < n < 2100), None)
    otros = [n for n in numeros if n != anio] or [1]
    for dia, mes_dicho in ((otros[0], mes or otros[-1]), (otros[-1], mes or otros[0])):
        try:
            return bool(anio and date(anio, mes_dicho, dia if mes or len(otros) > 1 else 1))
        except ValueError:
            continue
    return False


def son_las_filas(valor, cuantas):
    numeros = re.findall(r"\d{1,3}(?:[. ,']\d{3})+|\d+", plano(valor))[:4]
    return bool(numeros) and (
        cuantas is None or cuantas in [int(re.sub(r"\D", "", n)) for n in numeros]
    )


def palabras(texto):
    return {p for p in re.findall(r"[^\W\d_]{2,}", plano(HUECOS.sub(" ", texto)))}
