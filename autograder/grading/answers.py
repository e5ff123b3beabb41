"""What a person's mark is about: the text of each answer, remembered beside the mark.

nbgrader keeps a manual score and its comment when a submission is graded again, and not what they
were given for. A digest of every answer lies in the gradebook, in a table of ours, written in the
same transaction as the scores. When a marked answer comes back with another text, its grade needs
a person again (``needs_manual_grade``) although it has a manual score: that is what *outdated*
means to the report, the exports and the feedback, until somebody marks it in formgrader. A comment
without a mark is outdated until its text changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert, inspect, select
from sqlalchemy.orm import Session

from autograder.cells import Cell, cells_of
from autograder.records import Result

#: ``recorded`` is the answer as it was last graded. While its mark or comment is about an earlier
#: text, ``marked`` is that text and ``comment`` the comment, digests both.
ANSWERS = Table(
    "autograder_answers",
    MetaData(),
    Column("student", String(128), primary_key=True),
    Column("assignment", String(128), primary_key=True),
    Column("cell", String(128), primary_key=True),
    Column("recorded", String(64), nullable=False),
    Column("marked", String(64)),
    Column("comment", String(64)),
)


def answer_digests(notebooks: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """A digest of what each cell that is marked or commented is about.

    An answer's is of its own text and of the cells that the student put below it. A test's or a
    task's, which may be about anything in its notebook, is of all that students may write there.
    Line ends and blanks at the end of a line do not count.
    """
    found: dict[str, str] = {}
    for notebook in notebooks:
        cells = list(cells_of(notebook))
        everything = _digest(cell for cell in cells if not cell.is_locked)
        for index, cell in enumerate(cells):
            if cell.grade_id and (cell.gives_points or cell.is_answer):
                own = _digest(_answer(cells, index)) if cell.is_answer else everything
                found[cell.grade_id] = own
    return found


def _answer(cells: list[Cell], index: int) -> Iterator[Cell]:
    """The answer at ``index`` and the cells of the student's own that follow it."""
    yield cells[index]
    for cell in cells[index + 1 :]:
        if cell.grade_id:
            return
        yield cell


def _digest(cells: Iterable[Cell]) -> str:
    texts = ("\n".join(line.rstrip() for line in cell.source.splitlines()) for cell in cells)
    return _sha256("\0".join(text.rstrip() for text in texts))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def make_table(connection: Connection) -> None:
    """Make the table in a gradebook that does not have it yet."""
    ANSWERS.create(connection, checkfirst=True)


@dataclass(frozen=True)
class Answer:
    """One answer that the gradebook remembers: digests, as the table's columns."""

    recorded: str
    marked: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class Opinion:
    """What a person said of an answer: that there is a mark, the comment, and what they are of."""

    is_marked: bool
    is_outdated: bool
    comment: str = ""

    @classmethod
    def of(cls, grade: Any, comment: Any) -> Opinion:
        """That of nbgrader's ``Grade`` and ``Comment``, either of which may be None."""
        said = (comment.manual_comment or "") if comment is not None else ""
        if grade is None:
            return cls(False, False, said)
        return cls(grade.manual_score is not None, is_outdated(grade), said)


def is_outdated(grade: Any) -> bool:
    """Whether the manual score of a ``Grade`` is of an earlier text than the answer's."""
    return bool(grade.needs_manual_grade and grade.manual_score is not None)


class Answers:
    """The answers of one submission, as they were and as they are."""

    def __init__(self, session: Session, result: Result):
        self._session, self._result = session, result
        self._mine = (
            ANSWERS.c.student == result.student,
            ANSWERS.c.assignment == result.assignment,
        )
        rows = session.execute(select(ANSWERS).where(*self._mine))
        self._known = {row.cell: Answer(row.recorded, row.marked, row.comment) for row in rows}
        self._now: dict[str, Answer] = {}

    def has_changed(self, cell: str, opinion: Opinion) -> bool:
        """Whether an answer is another than what a person marked or commented; remember it."""
        now = self._result.answers.get(cell, "")
        remark = _sha256(opinion.comment) if opinion.comment else None
        known = self._known.get(cell)
        if known is None:  # a gradebook of before answers were remembered
            self._now[cell] = Answer(now)
            return opinion.is_outdated
        if not (opinion.is_marked or opinion.comment):
            self._now[cell] = Answer(now)
            return False
        stays = opinion.is_outdated if opinion.is_marked else known.comment == remark
        about = known.marked if known.marked is not None and stays else known.recorded
        changed = now != about
        self._now[cell] = Answer(now, about, remark) if changed else Answer(now)
        return changed

    def write(self) -> None:
        """Replace what the gradebook remembers, in the session's transaction."""
        self._session.execute(delete(ANSWERS).where(*self._mine))
        owner = {"student": self._result.student, "assignment": self._result.assignment}
        rows = [{**owner, "cell": cell, **asdict(answer)} for cell, answer in self._now.items()]
        if rows:
            self._session.execute(insert(ANSWERS), rows)


class EarlierTexts:
    """Which comments of a gradebook are about an earlier text, for those who show them."""

    def __init__(self, session: Session):
        rows: Iterable[Any] = ()
        if inspect(session.connection()).has_table(ANSWERS.name):
            rows = session.execute(select(ANSWERS).where(ANSWERS.c.marked.isnot(None)))
        self._known = {(row.student, row.assignment, row.cell): row.comment for row in rows}

    def has_comment(self, student: str, assignment: str, cell: str, opinion: Opinion) -> bool:
        """Whether what a person said of this answer was said of an earlier text."""
        if opinion.is_marked:
            return opinion.is_outdated
        known = self._known.get((student, assignment, cell))
        return known is not None and known == _sha256(opinion.comment)
