"""Every layout of a zip: whose each file is, what is refused and why, and the sum of it all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from intake import zips

from autograder.intake.account import Collected
from autograder.intake.archive import ArchiveError
from autograder.intake.collect import CollectError, Options, collect
from autograder.intake.placing import Outcome

#: What no message may be: a traceback, a codec's name, an errno.
NOT_FOR_PEOPLE = re.compile(r"Traceback|Errno|codec|0x[0-9a-f]{2}|Error\b")


def run(case: zips.Case, folder: Path) -> tuple[Collected, Path]:
    course = folder / "course"
    course.mkdir()
    if case.people:
        (course / "people.csv").write_text(case.people, "utf-8")
    (folder / "all.zip").write_bytes(zips.pack(case.files))
    into = course / "submitted"
    options = Options(**{"course": course, **case.options})
    return collect(folder / "all.zip", into, zips.NOTEBOOKS, options), into


def refusals(found: Collected) -> list[str]:
    whole = [each.reason for each in found.placed if each.outcome is Outcome.REFUSED]
    return [reason for _, reason in found.refused] + whole


def adds_up(found: Collected) -> bool:
    total, *parts = map(int, re.findall(r"\d+", found.account))
    return total == sum(parts) == found.files


@pytest.mark.parametrize("case", zips.CASES, ids=lambda case: case.says)
def test_a_zip(case: zips.Case, tmp_path: Path) -> None:
    if case.error:
        with pytest.raises(CollectError, match=re.escape(case.error)) as refused:
            run(case, tmp_path)
        assert not NOT_FOR_PEOPLE.search(str(refused.value))
        return
    found, into = run(case, tmp_path)
    there = sorted(
        str(path.relative_to(into))
        for path in into.rglob("*")
        if path.is_file() and path.name not in ("participants.csv", "timestamp.txt")
    )
    assert there == sorted(case.placed)
    reasons = refusals(found)
    assert len(reasons) == len(case.refused), reasons
    for word in case.refused:
        assert any(word in reason for reason in reasons), reasons
    assert found.ignored + len(found.aside) == case.ignored
    assert adds_up(found), found.account
    said = [*reasons, *found.notes, found.account, *(what for _, what in found.aside)]
    assert not any(map(NOT_FOR_PEOPLE.search, said)), said


def test_what_is_not_recognised_is_named_with_what_would_be(tmp_path: Path) -> None:
    case = zips.Case("", {"a.ipynb": b""}, options=zips.HOMEWORK)
    with pytest.raises(CollectError) as refused:
        run(case, tmp_path)
    for name in ("Moodle", "Canvas", "Blackboard", "ILIAS", "Gradescope", "Google Classroom"):
        assert name in str(refused.value)
    assert "a.ipynb" in str(refused.value) and "all.zip" in str(refused.value)


NAMES = st.sampled_from(
    ["Ana Paz", "Beto Ñandú", "Bet\u0301o", "O'Hara", "Ana (2)", "🐍", "Grupo 1", "Participante"]
)
CONTENTS = st.dictionaries(
    st.sampled_from(["homework.ipynb", "x/y.csv", "timestamp.txt", "t.zip", "a/homework.ipynb"]),
    st.sampled_from([b"", b"{}", zips.pack(zips.CARD), zips.pack({}), b"PK\x03\x04"]),
    min_size=1,
)
STRAY = st.dictionaries(
    st.sampled_from(["notas.txt", "../x", "__MACOSX/._x", "/etc/x", "Thumbs.db", "a\x1b/b"]),
    st.just(b"x"),
    max_size=3,
)


KINDS = "moodle loose canvas blackboard gradescope ilias folders".split()


def of_one(kind: str, name: str, number: int, content: zips.Files) -> zips.Files:
    """What one student hands in, as a platform names it."""
    flat = {each.replace("/", "-"): data for each, data in content.items()}
    if kind == "moodle":
        return zips.moodle(f"{name}_{number}", content)
    if kind == "loose":
        return zips.moodle(f"{name}_{number}", flat, form="loose")
    if kind == "canvas":
        return zips.canvas(name.lower().replace(" ", ""), number, flat)
    if kind == "blackboard":
        return zips.blackboard(f"user{number}", flat, name=name)
    if kind == "ilias":
        return zips.ilias(f"Paz_{name}_x_{number}", files=content)
    return zips.folders(name, files=content)


@st.composite
def any_zip(draw: st.DrawFn) -> zips.Files:
    """A zip of some platform, in any number of folders, with what else may lie in it."""
    made: zips.Files = {}
    kind = draw(st.sampled_from(KINDS))
    people = draw(st.lists(st.tuples(NAMES, st.integers(1, 30), CONTENTS), min_size=1, max_size=5))
    for name, number, content in people:
        made |= of_one(kind, name, number, content)
    if kind == "gradescope":
        made = zips.gradescope(*((number, [name], content) for name, number, content in people))
    for folder in draw(st.lists(st.sampled_from(["entregas", "2026"]), max_size=2)):
        made = zips.inside(folder, made)
    return made | draw(STRAY)


@given(any_zip())
@example({"2026/Ana Paz/timestamp.txt": b""})
def test_every_file_is_placed_refused_or_ignored(tmp_path_factory, files: zips.Files) -> None:
    folder = tmp_path_factory.mktemp("zip")
    try:
        found, into = run(zips.Case("", files, options=zips.HOMEWORK), folder)
    except (CollectError, ArchiveError) as error:
        assert not NOT_FOR_PEOPLE.search(str(error))
        return
    assert adds_up(found), found.account
    assert not any(map(NOT_FOR_PEOPLE.search, [*refusals(found), *found.notes]))
    times = {*into.glob("*/*/timestamp.txt")}
    written = [path for path in into.rglob("*") if path.is_file() and path not in times]
    placed = sum(each.files for each in found.placed if each.outcome is not Outcome.REFUSED)
    assert len(written) - (into / "participants.csv").is_file() == placed
