"""A page for everybody, whatever they handed in, and zips that Moodle and Canvas take back."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import demo_course
import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from importers import canvas_comment_owner, moodle_feedback_owner
from test_report import record
from test_safe_html import assert_inert
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import Course
from autograder.grading.cohort import Options, grade_cohort
from autograder.intake.participants import Participants
from autograder.messages import using
from autograder.records import document, read, write
from autograder.report.feedback import write_pages
from autograder.report.feedback_zip import FeedbackZipError, write_zips
from autograder.report.marks import CellMark, Mark
from autograder.report.unread import FoundFile, Page, render

SCRIPT = "<script>alert(1)</script>"


def text_of(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, isolation: str) -> Course:
    """A class of whom one handed in a notebook and the others things that are none."""
    root = demo_course.make_course(tmp_path_factory.mktemp("everybody") / "course")
    course = Course.at(root)
    demo_course.submit(root, "ana", demo_course.answer())
    demo_course.submit(root, "beto", b"this is no notebook")
    demo_course.write(root / "submitted/caro/demo/answer.pdf", b"%PDF")
    (root / "submitted/dani/demo").mkdir(parents=True)
    (root / "submitted/eva/demo").mkdir(parents=True)
    (root / "submitted/eva/demo/demo.ipynb").symlink_to(root / "submitted/ana/demo/demo.ipynb")
    options = Options(course.submitted_dir, root / "results", isolation=isolation, seed=1)
    assert grade_cohort(course, options).failures == []
    return course


def run(course: Course, *words: str) -> Any:
    environment = {"COLUMNS": "200"}
    command = ["feedback", *words, "--course", str(course.root)]
    return CliRunner().invoke(app, command, env=environment)


def test_everybody_has_a_page_and_the_command_counts_them(graded: Course) -> None:
    done = run(graded)
    assert done.exit_code == 0, done.output
    assert f"5 pages of 5 students in {graded.feedback_dir}" in done.output
    students = read(graded.root / "results" / "results.json").submissions
    pages = {each: graded.feedback_dir / each.student / "demo" / "demo.html" for each in students}
    assert len(pages) == 5
    for each, path in pages.items():
        said = text_of(path.read_text("utf-8"))
        assert f"handed in by {each.student}" in said and "of 6 points" in said
        assert ("Your notebook could not be marked" in said) == (each.student != "ana")


@pytest.mark.parametrize(
    ("student", "said"),
    [
        ("beto", "`demo.ipynb`"),
        ("caro", "is missing from your submission"),
        ("caro", "answer.pdf : kept beside the notebook"),
        ("dani", "Nothing that could be used"),
        ("eva", "a link"),
    ],
)
def test_a_page_says_what_was_found_and_what_to_do(graded: Course, student: str, said: str) -> None:
    records = read(graded.root / "results" / "results.json").submissions
    write_pages(graded, [each for each in records if each.student == student])
    html = (graded.feedback_dir / student / "demo" / "demo.html").read_text("utf-8")
    text = text_of(html)
    assert said.replace("`", "") in text
    assert "run it from the top and save it as demo.ipynb" in text
    assert_inert(str(BeautifulSoup(html, "html.parser").body))


def page(**changes: Any) -> str:
    made = {
        "student": "ana",
        "assignment": "demo",
        "notebook": "demo",
        "mark": Mark(0.0, 6.0),
        "reasons": (),
        "found": (),
    }
    return render(Page(**{**made, **changes}))


def test_all_that_it_quotes_is_inert() -> None:
    mark = Mark(0.0, 6.0, cells=(CellMark("why", 0.0, 1.0, comment=f"*Hm* {SCRIPT}"),))
    html = page(
        student=SCRIPT,
        mark=mark,
        reasons=((f"`{SCRIPT}`", SCRIPT),),
        found=(FoundFile(SCRIPT, SCRIPT, SCRIPT),),
    )
    assert "<script" not in html and "<em>Hm</em>" in html
    assert html.count("&lt;script&gt;") >= 6


def test_it_needs_no_other_file_and_speaks_the_courses_language() -> None:
    with using("es"):
        html = page(mark=Mark(0.0, 6.0, penalty=1.0))
    soup = BeautifulSoup(html, "html.parser")
    assert soup.html["lang"] == "es"
    assert "Qué hacer" in soup.text and "guardalo como demo.ipynb" in text_of(html)
    assert [tag for tag in soup.find_all(True) if {"src", "href"} & tag.attrs.keys()] == []


@pytest.fixture()
def paged(demo: Course) -> Course:
    """A course with the results of four, and the page of each."""
    names = ("ana", "beto", "caro", "dani")
    write(demo.root / "results", document([record(each, "demo") for each in names], 7))
    for name in names:
        demo_course.write(demo.feedback_dir / name / "demo" / "demo.html", f"of {name}")
    return demo


def zipped(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


NAMES = st.text(min_size=1, max_size=30)


@given(names=st.lists(NAMES, min_size=4, max_size=4))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=50,
)
def test_moodle_knows_whose_each_page_is(paged: Course, names: list[str]) -> None:
    students = ("ana", "beto", "caro", "dani")
    numbers = {student: str(100 + index) for index, student in enumerate(students)}
    called = dict(zip(students, names, strict=True))
    known = Participants({(s, "demo"): (numbers[s], called[s]) for s in students})
    records = read(paged.root / "results" / "results.json").submissions
    [made] = write_zips("moodle", paged, records, known, paged.root / "results")
    assert (made.pages, made.students, made.left_out) == (4, 4, [])
    found = {moodle_feedback_owner(name): text for name, text in zipped(made.path).items()}
    assert found == {(int(numbers[s]), "demo.html"): f"of {s}" for s in students}


def test_whom_moodle_does_not_know_is_named(paged: Course) -> None:
    Participants({("ana", "demo"): ("5", "Ana_María Pérez")}).write(paged.submitted_dir)
    for student in ("ana", "beto", "caro", "dani"):
        (paged.autograded_dir / student / "demo").mkdir(parents=True)
    done = run(paged, "--zip", "moodle")
    assert done.exit_code == 1
    assert "feedback-moodle-demo.zip: 1 pages of 1 student" in done.output
    assert "moodle has no number of theirs: beto, caro, dani" in done.output
    [name] = zipped(paged.root / "results" / "feedback-moodle-demo.zip")
    assert name == "Ana María Pérez_5_assignsubmission_file_/demo.html"


def canvas_zip(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, b"{}")
    return path


def test_canvas_gets_the_numbers_that_it_gave(paged: Course, tmp_path: Path) -> None:
    known = Participants({("beto", "demo"): ("", "Beto Núñez")})
    given_by_canvas = canvas_zip(
        tmp_path / "submissions.zip",
        "ana_11_900_notes.txt",
        "ana_11_901_demo.ipynb",
        "núñezbeto_LATE_12_902_demo-1.ipynb",
        "caro_13_903_demo.ipynb",
        "caro_14_904_demo.ipynb",
    )
    records = read(paged.root / "results" / "results.json").submissions
    [made] = write_zips("canvas", paged, records, known, tmp_path, given_by_canvas)
    names = zipped(made.path)
    assert sorted(map(canvas_comment_owner, names)) == [("11", "901"), ("12", "902")]
    assert "ana_11_901_feedback-demo.html" in names
    assert made.left_out == ["caro", "dani"]  # two have the name of one; nothing came of the other


def test_canvas_gets_hidden_students_and_groups_as_it_named_them(
    paged: Course, tmp_path: Path
) -> None:
    known = Participants(
        {
            ("ana", "demo"): ("x1y2z", "", "Canvas", "blind"),
            ("beto", "demo"): ("12", "lospumas", "Canvas", "team", ("caro", "dani")),
        }
    )
    given_by_canvas = canvas_zip(
        tmp_path / "submissions.zip",
        "LATE_anon_x1y2z_901_demo.ipynb",
        "lospumas_12_902_demo.ipynb",
        "anon_77777_903_demo.ipynb",
    )
    records = [
        each
        for each in read(paged.root / "results" / "results.json").submissions
        if each.student in ("ana", "beto")
    ]
    [made] = write_zips("canvas", paged, records, known, tmp_path, given_by_canvas)
    names = zipped(made.path)
    assert sorted(map(canvas_comment_owner, names)) == [("12", "902"), ("x1y2z", "901")]
    assert (made.pages, made.students, made.left_out) == (2, 3, [])


def test_what_canvas_needs_is_asked_for_in_words(paged: Course, tmp_path: Path) -> None:
    records = read(paged.root / "results" / "results.json").submissions
    other = canvas_zip(tmp_path / "other.zip", "ana/demo.ipynb")
    (tmp_path / "no.zip").write_bytes(b"no")
    for path, said in (
        (None, "needs the zip that Canvas gave"),
        (other, "no file named as Canvas names them"),
        (tmp_path / "no.zip", "is not a zip"),
    ):
        with pytest.raises(FeedbackZipError, match=said):
            write_zips("canvas", paged, records, Participants(), tmp_path, path)


def test_another_platform_is_a_wrong_call(paged: Course) -> None:
    done = run(paged, "--zip", "blackboard")
    assert done.exit_code != 0 and "choose moodle or canvas" in str(done.exception)
