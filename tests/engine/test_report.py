"""The report that an instructor opens after a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import demo_course
import msgspec
import pytest
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import Course
from autograder.grading.cohort import Options, grade_cohort
from autograder.records import (
    CheckStatus,
    FileFate,
    FileRecord,
    Misplaced,
    Record,
    Verdict,
    document,
    read,
)
from autograder.report.html import attention, render, summarize
from autograder.report.marks import Mark, marks

SCRIPT = "<script>alert('ouch')</script>"


def check(name: str, status: str = "passed", message: str = "", points: float = 2.0) -> Verdict:
    """A verdict of a record."""
    outcome = CheckStatus(status)
    return Verdict(
        id=name,
        cell=f"{name}-autotest",
        title=f"The {name} works.",
        status=outcome,
        points=points if outcome is CheckStatus.PASSED else 0.0,
        max_points=points,
        message=message,
        hint="Try something else." if outcome is CheckStatus.FAILED else "",
    )


def record(student: str, assignment: str = "homework", **changes: Any) -> Record:
    """A record of results.json, which must be valid; its score follows from its checks."""
    checks = changes.pop("checks", [check("psi"), check("ks")])
    made = {
        "student": student,
        "assignment": assignment,
        "score": sum(each.points for each in checks),
        "max_score": sum(each.max_points for each in checks),
        "manual_points": 1.0,
        "status": "graded",
        "accepted": True,
        "seconds": 0.25,
        "seed": 7,
        "digest": "a" * 64,
        "flags": [],
        "checks": checks,
        "isolation": "bwrap",
    }
    return msgspec.convert({**made, **changes}, Record)


def page(*records: Record) -> str:
    """The report of these records."""
    values = {each.pair: Mark(each.score, 5.0, pending=1) for each in records}
    return render(document(records, 7), values)


def text(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


FAILED = [check("psi", "failed", "Got inf."), check("ks", "skipped", "Skipped.")]


def test_it_says_isolation_seed_versions_and_totals() -> None:
    said = text(page(record("ana"), record("beto"), record("ana", "exercise-2")))
    for fact in ("isolation bwrap", "seed 7", "students 2", "assignments 2", "to look at 0"):
        assert fact in said
    assert "Marks of 3 submissions" in said and "scikit-learn" in said
    assert "NOT ISOLATED" not in said


def test_a_run_without_isolation_has_a_banner() -> None:
    html = page(record("ana"), record("beto", isolation="none"))
    banner = BeautifulSoup(html, "html.parser").select_one(".danger")
    assert banner is not None and banner.text.startswith("NOT ISOLATED")


def test_each_submission_shows_mark_status_and_reasons() -> None:
    html = page(
        record("ana"),
        record("beto", checks=FAILED, status="timeout", accepted=False, flags=["network-tried"]),
    )
    row = BeautifulSoup(html, "html.parser").find(id="homework/beto")
    said = " ".join(row.get_text(" ").split())
    assert said.startswith("beto 0 / 4 0 / 5 1 wait timeout no timeout network-tried")
    assert "The psi works. Got inf. Try something else." in said
    assert "skipped · ks-autotest · 0 / 2" in said


def test_what_needs_a_look_is_listed_first() -> None:
    html = page(record("ana"), record("beto", flags=["test-edited: psi"]), record("caro"))
    links = BeautifulSoup(html, "html.parser").select("#look + .panel a")
    assert [(link.text, link["href"]) for link in links] == [("beto", "#homework/beto")]


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, ()),
        ({"status": "crashed", "flags": ["process-memory"]}, ("crashed", "process-memory")),
        ({"isolation": "none"}, ("not isolated",)),
        ({"checks": [check("psi", "error", "ouch")]}, ("a check of ours failed",)),
    ],
)
def test_attention(changes: dict[str, Any], reasons: tuple[str, ...]) -> None:
    assert attention(record("ana", **changes)) == reasons


def test_statistics_of_an_assignment() -> None:
    half = [check("psi"), check("ks", "failed", "Got 3.")]
    records = [
        record("ana"),
        record("beto", checks=half, accepted=False),
        record("caro", checks=half, accepted=False),
        record("dani", checks=FAILED, accepted=False),
    ]
    values = {each.pair: Mark(each.score, 5) for each in records}
    (summary,) = summarize(records, values)
    assert summary.mean == 0.5 and summary.median == 0.5
    assert summary.bins == (1, 0, 0, 0, 0, 2, 0, 0, 0, 1)
    assert summary.accepted == 1
    ks, psi = summary.checks
    assert (ks.id, ks.rate, psi.id, psi.rate) == ("ks", 0.25, "psi", 0.75)
    assert ks.counts == {"passed": 1, "failed": 2, "skipped": 1, "error": 0}
    assert ks.said == (("Got 3.", "Try something else.", 2),)


def test_an_assignment_without_automatic_points_has_no_mean_to_divide_by() -> None:
    assert "0 %" in text(page(record("ana", checks=[], accepted=None)))


def test_everything_that_a_student_wrote_is_escaped() -> None:
    evil = record(
        SCRIPT,
        checks=[check("psi", "failed", SCRIPT)],
        flags=[f"file-rejected: {SCRIPT}"],
    )
    html = page(evil, record("ana"))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 5
    ours = set(
        "html head meta title style body main header h1 ul li b p div table tr th td a span i "
        "h2 h3 details summary br code".split()
    )
    tags = {tag.name for tag in BeautifulSoup(html, "html.parser").find_all(True)}
    assert tags <= ours


def test_it_stands_alone_and_runs_nothing() -> None:
    soup = BeautifulSoup(page(record("ana"), record("beto", checks=FAILED)), "html.parser")
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    for tag in soup.find_all(True):
        assert "src" not in tag.attrs and not any(name.startswith("on") for name in tag.attrs)
        assert tag.get("href", "#").startswith("#")


def test_four_hundred_students_stay_light_and_folded() -> None:
    records = [record(f"e{number:03}", checks=FAILED) for number in range(400)]
    html = page(*records)
    assert len(html) < 1_000_000
    soup = BeautifulSoup(html, "html.parser")
    assert len(soup.find_all("details")) == 400
    assert soup.find_all("details", open=True) == []


def test_what_was_set_aside_is_listed_with_why_and_the_account_adds_up() -> None:
    files = [
        FileRecord("homework (1).ipynb", 9, FileFate.GRADED, used_as="homework.ipynb"),
        FileRecord(SCRIPT, 9, FileFate.SET_ASIDE, SCRIPT),
        FileRecord("timestamp.txt", 9, FileFate.KEPT),
        FileRecord("notes.txt", 9, FileFate.KEPT),
        *(FileRecord(f"{number}.png", 9, FileFate.SET_ASIDE, "too many") for number in range(60)),
    ]
    lost = Misplaced(f"ana/{SCRIPT}", "there is no assignment of that name", "ana/<assignment>/")
    made = [record("ana", files=files), record("beto", files=files[3:4])]
    values = {each.pair: Mark(each.score, 5.0) for each in made}
    html = render(document(made, 7, [lost]), values)
    said = text(html)
    assert "<script" not in html
    assert "65 files in = 1 graded + 3 companions + 61 set aside" in said
    assert "ana homework homework (1).ipynb used as homework.ipynb" in said
    assert f"ana homework {SCRIPT} set aside: {SCRIPT}" in said
    assert f"ana/{SCRIPT} there is no assignment of that name no ana/<assignment>/" in said
    assert "timestamp.txt" not in said and "notes.txt" not in said
    assert "ana homework and 12 more: results.json has them" in said


def test_the_same_results_give_the_same_report() -> None:
    assert page(record("ana"), record("beto")) == page(record("beto"), record("ana"))


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, isolation: str):
    """The demo course, graded: ana answered everything, beto half, caro too late."""
    root = demo_course.make_course(tmp_path_factory.mktemp("marks") / "course")
    course = Course.at(root)
    full = demo_course.answer()
    full["cells"][4]["source"] = "Because it multiplies."
    for student in ("ana", "caro"):
        demo_course.submit(root, student, full)
    demo_course.submit(root, "beto", demo_course.answer(solution="def square(x): return x"))
    options = Options(course.submitted_dir, root / "results", isolation=isolation, seed=1)
    assert grade_cohort(course, options).failures == []
    with Gradebook(course.db_url) as gradebook:
        grade = gradebook.find_grade("why", "demo", "demo", "caro")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        late = gradebook.find_submission_notebook("demo", "demo", "caro")
        late.late_submission_penalty = 2.0
        gradebook.db.commit()
    return course


def test_marks_join_automatic_points_points_by_hand_and_penalties(graded: Course) -> None:
    records = read(graded.root / "results" / "results.json").submissions
    found = {
        student: replace(mark, cells=()) for (student, _), mark in marks(graded, records).items()
    }
    assert found["ana"] == Mark(5.0, 6.0, pending=1.0)
    assert found["beto"] == Mark(2.0, 6.0)
    assert found["caro"] == Mark(5.5, 6.0, by_hand=0.5, penalty=2.0)
    assert found["caro"].total == 3.5


def test_a_penalty_larger_than_the_score_leaves_zero() -> None:
    assert Mark(1.0, 6.0, penalty=3.0).total == 0.0


def test_without_a_gradebook_the_automatic_points_count_and_none_is_made(demo: Course) -> None:
    found = marks(demo, [record("ana", "demo")])
    assert found["ana", "demo"] == Mark(4.0, 5.0, pending=1.0)
    assert not (demo.root / "gradebook.db").exists()


def test_the_command_writes_the_report(graded: Course, tmp_path: Path) -> None:
    command = ["report", "--course", str(graded.root)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    said = text((graded.root / "results" / "report.html").read_text("utf-8"))
    assert "caro 5 / 5 3.5 / 6 0.5 graded yes" in said
    only = CliRunner().invoke(app, [*command, "--student", "ana", "-o", str(tmp_path / "r.html")])
    assert only.exit_code == 0
    assert "Marks of 1 submission<" in (tmp_path / "r.html").read_text("utf-8")


def test_errors_are_one_line(graded: Course, demo: Course, tmp_path: Path) -> None:
    for words, said in (
        (("report", "--course", str(demo.root)), "run `autograder grade` first"),
        (("report", "--course", str(graded.root), "-s", "nobody"), "no submission of nobody"),
        (("report", "--course", str(graded.root), "-o", "/proc/x/r.html"), "cannot be written"),
    ):
        done = demo_course.command(*words, cwd=tmp_path)
        output = done.stdout + done.stderr
        assert done.returncode in (1, 2) and said in output
        assert "Traceback" not in output and len(output.strip().splitlines()) == 1
