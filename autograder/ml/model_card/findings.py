"""What is said to the student about a card: one function per thing that can be wrong.

Each message says what was seen; each hint, what was expected and what to try. None says the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from autograder.ml.model_card.parse import MAX_CHARACTERS, MAX_LINES
from autograder.ml.model_card.sections import SECTIONS

Severity = Literal["error", "warning", "info"]

_WHAT_FOR = {
    "model_details": "quién hizo el modelo, cuándo, qué versión es y de qué tipo",
    "intended_use": "qué decisión ayuda a tomar, quién la toma y sobre qué población",
    "training_data": "de dónde salieron los datos, de qué período son y qué les hiciste",
    "evaluation_data": "con qué filas se midió y cómo se separaron de las de entrenamiento",
    "metrics": "las métricas con su nombre, en el total y en cada subgrupo",
    "ethical_considerations": "a quién puede perjudicar un error y qué se hizo para evitarlo",
    "caveats": "cuándo falla, qué no se probó y cómo se vigila en producción",
}
#: Nothing of the card is read.
UNREADABLE = ("empty-card", "not-text", "too-large")
_NOWHERE = (*UNREADABLE, "too-many-figures", "missing-section")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to fix: `code` is a stable slug, `section` a key of `SECTIONS` or "", `line` is
    1-based. An "error" leaves the card incomplete; a "warning" or an "info" does not."""

    code: str
    section: str
    line: int
    message: str
    hint: str
    severity: Severity = "error"

    @property
    def where(self) -> str:
        """How a message begins: its line, or "" for what stands in no line of the card."""
        return "" if self.code in _NOWHERE else f"Línea {self.line} de la card: "


def told(findings: Sequence[Finding]) -> tuple[str, str]:
    """The message and the hint of the first finding, and how many more there are (one or more)."""
    first, others = findings[0], len(findings) - 1
    more = f" (y {others} cosa{'s' * (others > 1)} más)" if others else ""
    return f"{first.where}{first.message}{more}", first.hint


def quote(text: str, limit: int = 60) -> str:
    """Student text, safe to print: one line, no control characters, not too long."""
    flat = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def missing_section(section: str, near: tuple[int, str] | None, deep: int | None) -> Finding:
    title = SECTIONS[section]
    hint = f"Agregala con un encabezado «## {title}» y contá {_WHAT_FOR[section]}."
    line = 1
    if deep is not None:
        line = deep
        hint = (
            f"En la línea {deep} hay un encabezado de nivel 4 o más con ese nombre: usá ## o ###."
        )
    elif near is not None:
        line = near[0]
        hint = (
            f"En la línea {near[0]} dice «{quote(near[1])}»: si es esa sección, "
            f"corregí el encabezado."
        )
    return Finding("missing-section", section, line, f"Falta la sección «{title}».", hint)


def fenced_card(line: int) -> Finding:
    return Finding(
        "fenced-card",
        "",
        line,
        "Las secciones están adentro de un bloque de código (```), así que no son secciones.",
        "Borrá las líneas con ``` que envuelven la card: el Markdown va directo en el archivo.",
        "warning",
    )


def empty_section(section: str, line: int) -> Finding:
    return Finding(
        "empty-section",
        section,
        line,
        f"La sección «{SECTIONS[section]}» está vacía: tiene el encabezado y nada debajo.",
        f"Contá {_WHAT_FOR[section]}.",
    )


def unfilled_section(section: str, line: int) -> Finding:
    return Finding(
        "unfilled-section",
        section,
        line,
        f"En «{SECTIONS[section]}» está la estructura, pero todo quedó sin completar.",
        f"Completá los campos o las celdas: contá {_WHAT_FOR[section]}.",
    )


def template_text(section: str, line: int) -> Finding:
    return Finding(
        "template-text",
        section,
        line,
        f"En «{SECTIONS[section]}» solo está el texto de la plantilla: falta lo tuyo.",
        f"La guía no cuenta como contenido. Contá {_WHAT_FOR[section]}.",
    )


def only_code(section: str, line: int) -> Finding:
    return Finding(
        "only-code",
        section,
        line,
        f"En «{SECTIONS[section]}» solo hay código o una salida pegada.",
        "Quien lee la card puede no saber programar: pasalo a una frase, una lista o una tabla.",
    )


def not_applicable(section: str, line: int) -> Finding:
    return Finding(
        "not-applicable",
        section,
        line,
        f"«No aplica» (o algo equivalente) es todo lo que dice «{SECTIONS[section]}».",
        f"Todas las secciones aplican a un modelo que decide algo: contá {_WHAT_FOR[section]}.",
    )


def thin_section(section: str, line: int) -> Finding:
    return Finding(
        "thin-section",
        section,
        line,
        f"«{SECTIONS[section]}» dice demasiado poco para que alguien decida con eso.",
        f"Escribí al menos una frase completa: contá {_WHAT_FOR[section]}.",
    )


def filler(section: str, line: int) -> Finding:
    return Finding(
        "filler",
        section,
        line,
        f"«{SECTIONS[section]}» repite las mismas palabras una y otra vez: es relleno.",
        f"Con dos frases alcanza si dicen algo: contá {_WHAT_FOR[section]}.",
    )


def repeated_text(section: str, line: int) -> Finding:
    return Finding(
        "repeated-text",
        section,
        line,
        f"El texto de «{SECTIONS[section]}» está copiado tal cual en otras secciones.",
        f"Cada sección responde a otra pregunta. En esta, contá {_WHAT_FOR[section]}.",
    )


def placeholder(section: str, line: int, blank: str) -> Finding:
    return Finding(
        "placeholder",
        section,
        line,
        f"Quedó sin completar: «{quote(blank)}».",
        "Reemplazalo por el dato de tu modelo; si no lo sabés, decí qué falta averiguar y por qué.",
    )


def empty_value(section: str, line: int, key: str) -> Finding:
    return Finding(
        "empty-value",
        section,
        line,
        f"«{quote(key.rstrip(' |'))}» no tiene ningún valor al lado.",
        "Completá el valor o borrá la línea si no hace falta.",
    )


def empty_table(section: str, line: int) -> Finding:
    return Finding(
        "empty-table",
        section,
        line,
        "La tabla tiene encabezado y ninguna fila.",
        "Agregá una fila por cada cosa que la tabla promete, o borrala.",
    )


def no_subgroup_metric(line: int) -> Finding:
    return Finding(
        "no-subgroup-metric",
        "metrics",
        line,
        "No hay ninguna métrica medida por subgrupo: un número junto al nombre de una métrica y "
        "al nombre de un grupo.",
        "Elegí una columna (por ejemplo género, región o edad), calculá la métrica con las filas "
        "de cada grupo y poné una fila por grupo en la tabla. Decir que convendría medirla no "
        "alcanza.",
    )


def no_out_of_scope(line: int) -> Finding:
    return Finding(
        "no-out-of-scope",
        "intended_use",
        line,
        "No dice para qué no se debe usar el modelo.",
        "Agregá «### Usos fuera de alcance» con al menos un uso tentador que no corresponde y el "
        "motivo.",
    )


def not_a_heading(line: int, text: str, style: str) -> Finding:
    how = "está en negrita" if style == "bold" else "tiene # que Markdown no toma como encabezado"
    return Finding(
        "not-a-heading",
        "",
        line,
        f"«{quote(text)}» {how}, así que no se ve como una sección.",
        "Escribilo como «## Nombre»: numerales al principio de la línea, sin barra y con un "
        "espacio después.",
        "warning",
    )


def oddity(code: str, line: int) -> Finding:
    messages = {
        "encoding": (
            "El archivo no está guardado en UTF-8.",
            "Guardalo como UTF-8 para que los acentos se vean bien en todas partes.",
        ),
        "unclosed-comment": (
            "Acá empieza un comentario <!-- que nunca se cierra: lo que sigue no se ve.",
            "Agregá --> donde termina el comentario.",
        ),
        "unclosed-fence": (
            "Acá empieza un bloque de código (```) que no se cierra: lo que sigue queda adentro.",
            "Agregá una línea con ``` donde termina el bloque.",
        ),
    }
    message, hint = messages[code]
    return Finding(code, "", line, message, hint, "warning")


def unreadable(code: str) -> Finding:
    messages = {
        "empty-card": (
            "El archivo está vacío.",
            "Copiá la plantilla, model_card_template.md, y completala.",
        ),
        "not-text": (
            "El archivo no es texto: no se puede leer como Markdown.",
            "Guardá la card como texto plano en UTF-8 (no .docx ni .pdf con otro nombre).",
        ),
        "too-large": (
            f"La card es demasiado larga para leerla: pasa los {MAX_CHARACTERS} caracteres o las "
            f"{MAX_LINES} líneas.",
            "Una card se lee en minutos: sacá salidas pegadas, datos e imágenes incrustadas "
            "(guardalas en archivos aparte).",
        ),
        "too-many-figures": (
            "La card tiene miles de números: no se puede saber cuáles son sus métricas.",
            "Dejá en la card las métricas que alguien va a leer y pasá los datos a otro archivo.",
        ),
    }
    message, hint = messages[code]
    return Finding(code, "", 1, message, hint)


def number_mismatch(
    line: int, printed: str, metric: str, name: str, subgroup: str | None
) -> Finding:
    whom = f"para «{quote(subgroup)}»" if subgroup else "para el total"
    hints = {
        "precision": " Ojo: precisión (precision) y exactitud (accuracy) son métricas distintas.",
        "recall": " Fijate de qué clase lo calculaste: sin aclaración, es el de la clase positiva.",
        "f1": " Si es un promedio (macro o ponderado), aclaralo al lado.",
        "roc_auc": " El AUC se calcula con las probabilidades (predict_proba), no con las clases.",
        "brier": " Se calcula con las probabilidades de la clase positiva, no con las clases.",
    }
    return Finding(
        "number-mismatch",
        "metrics",
        line,
        f"Dice {quote(printed)} de {metric} {whom}, pero esa métrica, al recalcularla con el "
        "modelo entregado y los datos de evaluación, da otra cosa.",
        "Volvé a calcularla con ese mismo modelo, sobre las filas de evaluación (no las de "
        "entrenamiento), y copiá el valor redondeado." + hints.get(name, ""),
    )


def count_mismatch(line: int, printed: str, subgroup: str | None) -> Finding:
    whom = f"en «{quote(subgroup)}»" if subgroup else "en el total"
    hint = "Contá todas las filas de evaluación, y ninguna de las de entrenamiento."
    if subgroup:
        hint = (
            "Contá las filas de evaluación de ese grupo (no las de entrenamiento, ni todas juntas)."
        )
    return Finding(
        "number-mismatch",
        "metrics",
        line,
        f"Dice {quote(printed)} como cantidad de casos {whom}, pero los datos de evaluación tienen "
        "otra cantidad.",
        hint,
    )


def number_unverifiable(
    line: int, printed: str, metric: str | None, why: str, severity: Severity
) -> Finding:
    reasons = {
        "no-metric": ("no se ve qué métrica es", "Poné el nombre de la métrica en la columna o "
                      "al lado del número."),
        "unknown-group": ("no se reconoce el subgrupo en los datos de evaluación", "Nombralo como "
                          "en los datos, por ejemplo «columna = valor»."),
        "ambiguous": ("no queda claro a qué métrica o a qué grupo corresponde", "Poné un solo "
                      "número por frase, o pasalo a una tabla con una fila por grupo."),
        "no-recomputation": ("no se puede recalcular con lo que se entregó", "Si depende de otros "
                             "datos o de probabilidades que el modelo no da, aclaralo."),
    }  # fmt: skip
    reason, hint = reasons[why]
    about = f" ({metric})" if metric else ""
    return Finding(
        "number-unverifiable",
        "metrics",
        line,
        f"{quote(printed)}{about}: {reason}.",
        hint,
        severity,
    )


def nothing_verified(line: int) -> Finding:
    return Finding(
        "nothing-verified",
        "metrics",
        line,
        "Ninguna de las métricas de la card se pudo confirmar con el modelo entregado.",
        "Poné al menos una métrica medida sobre los datos de evaluación con su nombre y su grupo, "
        "en una tabla o en una frase clara.",
    )
