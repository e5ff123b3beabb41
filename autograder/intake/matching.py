"""Which of the files that came is which: notebooks by what they hold, other files by their names.

Nothing is set aside in silence: every file has a record that says what became of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.cells import Cell, cells_of, named_cells
from autograder.intake.names import is_close, is_notebook_name, resolve
from autograder.intake.parse import InvalidNotebook, count_values, parse
from autograder.intake.submissions import Submission
from autograder.messages import gettext
from autograder.records import FileFate, FileRecord
from autograder.sandbox.limits import MIB, Limits
from autograder.text import is_same_text, plain_text, printable_name

#: A text as short as this may be in any notebook.
TELLING = 20
NAMED = 6  # files that a message names


@dataclass(frozen=True)
class Expected:
    """What a submission of an assignment should hold.

    Attributes:
        notebooks: the released notebooks by name (nbformat 4 dicts), in the order they run.
        files: the names of files that the checks ask for.
        companions: files of the course's that replace a student's of the same name.
        elsewhere: which other assignment has each grade_id.
    """

    notebooks: Mapping[str, dict[str, Any]]
    files: frozenset[str] = frozenset()
    companions: frozenset[str] = frozenset()
    elsewhere: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Matched:
    """What a submission holds, by the names that the course uses.

    Attributes:
        notebooks: those that were found, parsed, by the name of the released one.
        unreadable: why the file that should be a notebook cannot be read, likewise.
        files: what lies beside the notebooks while they run.
        rejected: files that were not read, with the reason for the student.
        renamed: what was handed in under another name: that name, by the one it is used under.
        instead: what came where a notebook is missing, in words.
        records: the account: every file, by name.
    """

    notebooks: dict[str, dict[str, Any]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    instead: tuple[str, ...] = ()
    records: tuple[FileRecord, ...] = ()
    flags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Candidate:
    """A file that may be a notebook.

    Attributes:
        notebook: what it holds; None where it cannot be read, and ``problem`` says why.
        held: how many cells of each released notebook it holds.
        answered: of how many answers it has something else than what was released.
        other: the assignment that it is a notebook of, where it is not this one's.
    """

    name: str
    changed: int
    notebook: dict[str, Any] | None
    problem: str
    held: Mapping[str, int]
    answered: Mapping[str, int]
    other: str = ""

    @property
    def best(self) -> int:
        return max(self.held.values(), default=0)


def match(submission: Submission, expected: Expected, limits: Limits) -> Matched:
    """Tell which file is which. The texts are in the language in use."""
    return _Matching(submission, expected, limits).run()


class _Matching:
    """One submission while its files are told apart."""

    def __init__(self, submission: Submission, expected: Expected, limits: Limits):
        self.submission, self.expected, self.limits = submission, expected, limits
        self.matched = Matched(rejected=dict(submission.rejected))
        self.used_as: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        self.candidates = [*self._candidates()]

    def run(self) -> Matched:
        pools = {name: self._match_notebook(name) for name in self.expected.notebooks}
        for name, pool in pools.items():
            self._leave_others(name, pool)
        self._match_files()
        self._lay_out()
        found = {**self.matched.notebooks, **self.matched.unreadable}
        if self.expected.notebooks.keys() - found.keys():
            self._note_what_came()
        self.matched.records = tuple(sorted(self._records(), key=lambda record: record.name))
        return self.matched

    def _candidates(self) -> Iterator[_Candidate]:
        exclusive = _exclusive_cells(self.expected.notebooks)
        texts = {
            plain_text(cell.source): name
            for cells in exclusive.values()
            for name, cell in cells.items()
            if len(cell.source) >= TELLING
        }
        left = self.limits.notebook_values  # of all of them: each takes time
        for name in sorted(self.submission.files, key=self._importance):
            content = self.submission.files[name]
            if not _may_be_notebook(name, content):
                continue
            changed = self.submission.changed.get(name, 0)
            try:
                notebook = parse(content, replace(self.limits, notebook_values=left))
                left -= count_values(content)
            except InvalidNotebook as error:
                yield _Candidate(name, changed, None, error.reason, {}, {})
                continue
            found = {Cell(cell).grade_id for cell in notebook["cells"]}
            found |= {texts.get(plain_text(Cell(cell).source)) for cell in notebook["cells"]}
            held = {each: len(found & cells.keys()) for each, cells in exclusive.items()}
            others = Counter(filter(None, map(self.expected.elsewhere.get, filter(None, found))))
            [(other, count)] = others.most_common(1) or [("", 0)]
            is_other = count > max(held.values(), default=0)
            yield _Candidate(
                name,
                changed,
                notebook,
                "",
                {each: 0 for each in held} if is_other else held,
                {each: _answers(notebook, cells) for each, cells in exclusive.items()},
                other if is_other else "",
            )

    def _importance(self, name: str) -> tuple[bool, str]:
        """What is called as a notebook of ours comes first, should there be too many."""
        right = (f"{each}.ipynb" for each in self.expected.notebooks)
        return not any(is_close(name, each) for each in right), name

    def _match_notebook(self, name: str) -> list[_Candidate]:
        """Choose the file that is the notebook ``name``, by what it holds; return who could be.

        Of several, first those in which something is answered, then the one whose name is right,
        then the newest. Where none holds a cell of it, the one that is called as it is.
        """
        pool = [each for each in self.candidates if 0 < each.held.get(name, 0) == each.best]
        pool = pool or [each for each in self.candidates if each.held.get(name, 0) > 0]
        pool = pool or [each for each in self._called(name) if not each.other]
        rejected = self._rejected(name)
        if rejected and all(each.notebook is None for each in pool):
            self.matched.unreadable[name] = rejected
        elif pool:
            chosen = max(pool, key=lambda each: _rank(each, name))
            self._use(chosen.name, f"{name}.ipynb", "notebook")
            if chosen.notebook is None:
                self.matched.unreadable[name] = chosen.problem
            else:
                self.matched.notebooks[name] = chosen.notebook
        return pool

    def _called(self, name: str) -> list[_Candidate]:
        return [each for each in self.candidates if is_close(each.name, f"{name}.ipynb")]

    def _rejected(self, name: str) -> str:
        """Why a notebook was not read whose name is right, or close to it; empty without one."""
        close = [each for each in self.matched.rejected if is_close(each, f"{name}.ipynb")]
        return self.matched.rejected[min(close, key=len)] if close else ""

    def _leave_others(self, name: str, pool: list[_Candidate]) -> None:
        chosen = self.matched.renamed.get(f"{name}.ipynb", f"{name}.ipynb")
        if name in self.matched.notebooks:
            for other in dict.fromkeys(each.name for each in (*pool, *self._called(name))):
                if other not in self.used_as:
                    self._leave(other, chosen)

    def _use(self, handed_in: str, name: str, kind: str) -> None:
        self.used_as[handed_in] = name
        if handed_in != name:
            self.matched.renamed[name] = handed_in
            self.matched.flags.append(f"{kind}-renamed: {printable_name(handed_in)} is {name}")

    def _leave(self, name: str, chosen: str) -> None:
        reason = gettext("`{file}` was graded in its place")
        self.reasons[name] = reason.format(file=printable_name(chosen))
        self.matched.flags.append(
            f"file-left: {printable_name(name)} ({printable_name(chosen)} was taken)"
        )

    def _match_files(self) -> None:
        notebooks = {each.name for each in self.candidates}
        every = {**self.submission.files, **self.matched.rejected}.keys() - notebooks
        wanted = self.expected.files - self.expected.companions
        for name in wanted & self.submission.files.keys() - notebooks:
            self._use(name, name, "file")
        found = resolve(every - self.expected.companions, wanted, self.submission.changed)
        for name, (chosen, *others) in found.items():
            if chosen in self.matched.rejected:
                self.matched.rejected[name] = self.matched.rejected[chosen]
                continue
            self._use(chosen, name, "file")
            for other in others:
                if other in self.submission.files:
                    self._leave(other, chosen)

    def _lay_out(self) -> None:
        """What lies beside the notebooks: every file that was read, those used under their names.

        A notebook lies there only where it is small: its outputs help nobody.
        """
        candidates = {each.name: each for each in self.candidates}
        for name, content in self.submission.files.items():
            candidate = candidates.get(name)
            if name in self.reasons or name in self.expected.companions:
                continue
            if candidate is not None and candidate.other:
                message = gettext("it is a notebook of the assignment {name}")
                self.reasons[name] = message.format(name=candidate.other)
            elif candidate is not None and len(content) > self.limits.cells_bytes:
                if name not in self.used_as:
                    size, most = len(content) / MIB, self.limits.cells_bytes / MIB
                    message = gettext("it has {size} MB and the maximum is {most} MB")
                    self.reasons[name] = message.format(size=f"{size:.1f}", most=f"{most:.0f}")
            else:
                self.matched.files[name] = content
                if name in self.used_as:
                    self.matched.files[self.used_as[name]] = content

    def _records(self) -> Iterator[FileRecord]:
        yield from self.submission.unused
        for name, content in self.submission.files.items():
            used_as = self.used_as.get(name, name)
            reason = self.reasons.get(name, "")
            if name in self.expected.companions:
                fate = FileFate.COMPANION
            elif name in self.used_as:
                fate = FileFate.GRADED
            else:
                fate = FileFate.SET_ASIDE if reason else FileFate.KEPT
            yield FileRecord(
                printable_name(name),
                len(content),
                fate,
                reason=reason,
                used_as="" if used_as == name else used_as,
            )

    def _note_what_came(self) -> None:
        """For who looks for a notebook that is not there: the student, and who marks."""
        others = {each.name: each.other for each in self.candidates if each.other}
        unused = [name for name in sorted(self.submission.files) if name not in self.used_as]
        came = [(printable_name(name), others.get(name, "")) for name in unused]
        aside = (each for each in self.submission.unused if each.fate is FileFate.SET_ASIDE)
        came += [(each.name, "") for each in aside if each.files]
        named = [_in_words(*each) for each in came[:NAMED]]
        self.matched.instead = (*named, *(["…"] if len(came) > NAMED else []))
        self.matched.flags += [
            f"found-instead: {name}{f' of {other}' if other else ''}" for name, other in came
        ]


def _in_words(name: str, other: str) -> str:
    if not other:
        return name
    return gettext("{file} (of {assignment})").format(file=name, assignment=other)


def _rank(candidate: _Candidate, name: str) -> tuple[bool, bool, int, int, str]:
    right = f"{name}.ipynb"
    called = 2 if candidate.name == right else candidate.name.endswith(f"/{right}")
    has_answers = candidate.answered.get(name, 0) > 0
    return candidate.notebook is not None, has_answers, called, candidate.changed, candidate.name


def _may_be_notebook(name: str, content: bytes) -> bool:
    """Whether a file is called as a notebook or, under any other name, looks like one."""
    if is_notebook_name(name):
        return True
    begins = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    return begins and b'"nbformat"' in content and b'"cells"' in content


def _exclusive_cells(notebooks: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Cell]]:
    """The named cells of each notebook that no other has, or all of them where there are none."""
    every = {name: named_cells(notebook) for name, notebook in notebooks.items()}
    times = Counter(grade_id for cells in every.values() for grade_id in cells)
    return {
        name: {grade_id: cell for grade_id, cell in cells.items() if times[grade_id] == 1} or cells
        for name, cells in every.items()
    }


def _answers(notebook: dict[str, Any], ours: Mapping[str, Cell]) -> int:
    """How many answers of a submitted notebook are not what was released."""
    submitted = ((cell, ours.get(cell.grade_id or "")) for cell in cells_of(notebook))
    return sum(
        original is not None
        and original.is_answer
        and not is_same_text(cell.source, original.source)
        for cell, original in submitted
    )
