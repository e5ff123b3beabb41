"""What the checks of a model card share: reading it, what its fields should say, how to say it."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.checking import CheckFailed, ProcessGone, Student, fail
from autograder.ml.model_card import Assessment, Declared, Finding, summarize

CARD, MODEL = "MODEL_CARD.md", "modelo.joblib"
MOST_REMARKS = 8


def read_card(student: Student) -> bytes:
    """The student's card, or the check fails."""
    content = student.file(CARD)
    if content is None:
        fail(
            f"Todavía no hay `{CARD}` en la carpeta del cuaderno.",
            "Copiá ahí la plantilla, `model_card_template.md`, con ese nombre; completala y "
            "guardala.",
        )
    return content


def declared(student: Student, training_rows: int, evaluation_rows: int) -> Declared:
    """What the card's fields should say; of a model that cannot be loaded, only the rows."""
    rows = {"training_rows": training_rows, "evaluation_rows": evaluation_rows}
    try:
        model = student.model(MODEL)
    except (CheckFailed, ProcessGone):
        return Declared(**rows)
    return Declared(model.algorithms or None, model.sklearn_version, **rows)


def fail_on(findings: Sequence[Finding]) -> None:
    """Fail with the first finding, and say how many more there are; none, and all is well."""
    if findings:
        fail(*summarize(findings))


def remark(student: Student, found: Assessment) -> None:
    """Say what costs no points: what was not recognised, and figures that no table contains."""
    said = [f"{each} {each.hint}".rstrip() for each in found.findings if each.is_remark]
    said += [
        f"Línea {each.line}: «{each.number}» no está en la tabla; lo lee una persona. «{each.text}»"
        for each in found.remarks
    ]
    for text in said[:MOST_REMARKS]:
        student.remark(text)
    if len(said) > MOST_REMARKS:
        student.remark(f"Y {len(said) - MOST_REMARKS} más.")
