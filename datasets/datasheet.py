"""The figures and tables of README.md, measured on the data sets and never typed.

Each lives between ``<!-- generado: NAME -->`` and ``<!-- fin: NAME -->``; the prose around them is
written by hand. ``generate.py`` calls ``render`` with the frames it drew and the truth it injected.
"""

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

FLOOR = 1e-4
LOW_CARDINALITY = 10
MEANING = {
    "edad": ("entero", "años", "edad de quien pide el préstamo"),
    "monto": ("entero", "ARS", "capital que pide, redondeado a mil pesos"),
    "ingreso": ("numérico", "ARS por mes", "ingreso declarado, redondeado a mil pesos"),
    "antiguedad_laboral": ("numérico", "años", "tiempo en el trabajo actual"),
    "cuotas": ("entero", "cuotas mensuales", "plazo del préstamo"),
    "canal": ("categórico", "—", "por dónde lo pidió"),
    "region": ("categórico", "—", "región de residencia"),
    "genero": ("categórico", "—", "el que declaró; X: otra identidad o no informa"),
    "mora": ("0/1", "—", "etiqueta: 1 si se atrasó en el pago"),
}
TITANIC_MEANING = {
    "survived": ("0/1", "—", "etiqueta: 1 si sobrevivió"),
    "pclass": ("entero", "clase", "clase del pasaje"),
    "sex": ("categórico", "—", "sexo registrado en la época"),
    "age": ("numérico", "años", "edad; con decimales si es menor de 1 año o estimada"),
    "sibsp": ("entero", "personas", "hermanos y cónyuge a bordo"),
    "parch": ("entero", "personas", "padres e hijos a bordo"),
    "fare": ("numérico", "libras de 1912", "tarifa del pasaje"),
    "embarked": ("categórico", "—", "puerto: C Cherbourg, Q Queenstown, S Southampton"),
}
BANDS = {"menos de 27": (0, 27), "27–35": (27, 36), "36–50": (36, 51), "más de 50": (51, 200)}


@dataclass(frozen=True)
class Truth:
    """What the generator injected, in words, and the best rule that month 1 allows."""

    drift: dict[str, str]
    events: dict[int, str]
    rule: Callable[[pd.DataFrame], np.ndarray]


def psi(reference: pd.Series, production: pd.Series) -> float:
    """Population stability index, as the course defines it.

    Deciles of the reference with open ends (right end of a bin closed) or one bin per level, NaN
    apart, proportions floored at 1e-4 and not renormalised.
    """
    reference, production = _bins(reference, production)
    levels = reference.index.union(production.index)
    p = reference.reindex(levels, fill_value=0).clip(lower=FLOOR)
    q = production.reindex(levels, fill_value=0).clip(lower=FLOOR)
    return float(((q - p) * np.log(q / p)).sum())


def _bins(reference: pd.Series, production: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Proportion of each sample in each bin; -1 is the bin of missing values of a number."""
    samples = [reference, production]
    if pd.api.types.is_numeric_dtype(reference) and reference.nunique() > LOW_CARDINALITY:
        edges = np.unique(np.nanquantile(reference, np.arange(1, 10) / 10))
        codes = [np.searchsorted(edges, sample, side="left") for sample in samples]
        samples = [
            pd.Series(np.where(sample.isna(), -1, code))
            for sample, code in zip(samples, codes, strict=True)
        ]
    first, second = (sample.value_counts(normalize=True, dropna=False) for sample in samples)
    return first, second


def reading(value: float) -> str:
    """The course's reading of a PSI; an alert fires only above 0.25."""
    return "significativo" if value > 0.25 else "leve" if value >= 0.1 else "estable"


def render(text: str, files: dict[str, bytes], truth: Truth) -> str:
    """``text`` with each generated block replaced; ``files`` holds the four CSVs by name.

    Raises:
        ValueError: if README.md lost a block or holds one that nobody generates.
    """
    tables = blocks(files, truth)
    found = re.findall(r"<!-- generado: ([\w-]+) -->", text)
    if sorted(found) != sorted(tables):
        raise ValueError(f"README.md must hold each of these blocks once: {', '.join(tables)}")
    for name, table in tables.items():
        start, end = f"<!-- generado: {name} -->", f"<!-- fin: {name} -->"
        text = re.sub(
            f"{re.escape(start)}.*?{re.escape(end)}",
            lambda _, block=f"{start}\n{table}\n{end}": block,
            text,
            flags=re.S,
        )
    return text


def blocks(files: dict[str, bytes], truth: Truth) -> dict[str, str]:
    """Every generated block of the datasheet: name → Markdown table."""
    frames = {name: pd.read_csv(io.BytesIO(content)) for name, content in files.items()}
    first, last = frames["snapshot1.csv"], frames["snapshot2.csv"]
    months, titanic = frames["meses.csv"], frames["titanic.csv"]
    return {
        "archivos": _table(_files(files, frames)),
        "columnas": _table(_columns([first, last], MEANING, ["mes 1", "mes 6"])),
        "deriva": _table(_drift(first, last, truth)),
        "eventos": _table(_events(months, truth)),
        "subgrupos": _table(_subgroups(first, truth)),
        "titanic": _table(_columns([titanic], TITANIC_MEANING, [""])),
    }


def _files(files: dict[str, bytes], frames: dict[str, pd.DataFrame]) -> list[dict[str, str]]:
    return [
        {
            "archivo": f"`{name}`",
            "filas": _number(len(frame)),
            "columnas": str(frame.shape[1]),
            "etiqueta en 1": _percent(_label(frame).mean()),
            "SHA-256": f"`{hashlib.sha256(files[name]).hexdigest()}`",
        }
        for name, frame in frames.items()
    ]


def _label(frame: pd.DataFrame) -> pd.Series:
    return frame["mora"] if "mora" in frame else frame["survived"]


def _columns(
    frames: list[pd.DataFrame], meaning: dict[str, tuple[str, str, str]], names: list[str]
) -> list[dict[str, str]]:
    rows = []
    for column, (kind, unit, words) in meaning.items():
        row = {"columna": f"`{column}`", "tipo": kind, "unidad": unit, "qué es": words}
        for frame, name in zip(frames, names, strict=True):
            row[f"valores {name}".strip()] = _range(frame[column])
            row[f"faltan {name}".strip()] = _missing(frame[column])
        rows.append(row)
    return rows


def _range(values: pd.Series) -> str:
    if values.nunique() <= LOW_CARDINALITY:
        return ", ".join(str(level) for level in sorted(values.dropna().unique()))
    return f"{_number(values.min())} a {_number(values.max())}"


def _missing(values: pd.Series) -> str:
    return _percent(values.isna().mean()) if values.isna().any() else "0"


def _drift(first: pd.DataFrame, last: pd.DataFrame, truth: Truth) -> list[dict[str, str]]:
    measured = {feature: psi(first[feature], last[feature]) for feature in truth.drift}
    return [
        {
            "feature": f"`{feature}`",
            "qué se inyectó": truth.drift[feature],
            "PSI": f"{value:.3f}",
            "lectura": reading(value),
        }
        for feature, value in sorted(measured.items(), key=lambda item: -item[1])
    ]


def _events(months: pd.DataFrame, truth: Truth) -> list[dict[str, str]]:
    reference = months[months["mes"] == 1]
    rows = []
    for month, frame in months.groupby("mes"):
        measured = {feature: psi(reference[feature], frame[feature]) for feature in truth.drift}
        alarms = [f"`{f}` {v:.2f}" for f, v in measured.items() if v > 0.25]
        rows.append(
            {
                "mes": str(month),
                "qué se inyectó": truth.events[month],
                "PSI > 0.25": ", ".join(alarms) or "ninguno",
                "PSI máximo": f"{max(measured.values()):.3f}",
                "mora": _percent(frame["mora"].mean()),
                "accuracy de la regla del mes 1": f"{_accuracy(frame, truth):.3f}",
                "última etiqueta": frame["fecha_etiqueta"].max(),
            }
        )
    return rows


def _accuracy(frame: pd.DataFrame, truth: Truth) -> float:
    complete = frame.dropna()
    return float((truth.rule(complete) == complete["mora"]).mean())


def _subgroups(first: pd.DataFrame, truth: Truth) -> list[dict[str, str]]:
    groups = {"todas las solicitudes": first}
    for feature in ("region", "genero", "canal"):
        groups |= {f"`{feature}` {level}": rows for level, rows in first.groupby(feature)}
    for band, (low, high) in BANDS.items():
        groups[f"`edad` {band}"] = first[first["edad"].between(low, high, inclusive="left")]
    return [_subgroup(name, rows.dropna(), truth) for name, rows in groups.items()]


def _subgroup(name: str, rows: pd.DataFrame, truth: Truth) -> dict[str, str]:
    flagged = truth.rule(rows)
    return {
        "grupo": name,
        "filas": _number(len(rows)),
        "mora": _percent(rows["mora"].mean()),
        "accuracy": f"{_accuracy(rows, truth):.3f}",
        "recall": f"{flagged[rows['mora'] == 1].mean():.3f}",
        "marcadas como mora": _percent(flagged.mean()),
    }


def _table(rows: list[dict[str, str]]) -> str:
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _number(value: float) -> str:
    """Thousands apart with a space that does not break; decimals only when there are any."""
    return f"{value:,.10g}".replace(",", "\N{NO-BREAK SPACE}")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
