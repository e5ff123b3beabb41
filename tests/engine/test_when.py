"""When something was handed in, and what it costs: certain times, due dates, extensions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import demo_course
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake import zips
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc

from autograder import UserError
from autograder.course import Course
from autograder.grading.cohort import Options, grade_cohort
from autograder.intake.collect import Options as Collecting
from autograder.intake.collect import collect
from autograder.intake.entry_times import entry_times_tell
from autograder.intake.moments import as_timestamp, read_duration, read_moment, to_utc
from autograder.report.marks import marks

WEST = timezone(timedelta(hours=-3))
TEN = datetime(2026, 11, 1, 10, tzinfo=UTC)

# --- reading a time -------------------------------------------------------------------------

CERTAIN = {
    "2026-11-01 10:00:00 UTC": TEN,
    "2026-11-01 10:00:00.123456 UTC": TEN,
    "2026-11-01T10:00:00Z": TEN,
    "2026-11-01T07:00:00-03:00": TEN,
    "2026-11-01 07:00 -0300": TEN,
    "2026-11-01 07:00 America/Argentina/Buenos_Aires": TEN,
    "2026-11-01 10:00": TEN,
    "2026-04-26 17:34:00.861687000 Z": datetime(2026, 4, 26, 17, 34, tzinfo=UTC),
    "13/11/2026 10:00": datetime(2026, 11, 13, 10, tzinfo=UTC),
    "11/13/2026 10:00 PM": datetime(2026, 11, 13, 22, tzinfo=UTC),
    "11/11/2026": datetime(2026, 11, 11, tzinfo=UTC),
    "domingo, 1 de noviembre de 2026, 10:00": TEN,
    "Sunday, 1 November 2026, 10:00 AM": TEN,
    "Nov 1, 2026 12:30 a.m.": datetime(2026, 11, 1, 0, 30, tzinfo=UTC),
}
UNCERTAIN = [
    "01/02/2026",
    "1-2-2026 10:00",
    "1/2/26",
    "2026-11-01 10:00 PST",
    "2026-11-01 10:00 ART",
    "yesterday",
    "2026-13-01",
    "31/04/2026",
    "2026-11-01 25:00",
    "0001-01-01",
    "1793527200",
    "",
    "🐍",
    "2026-11-01 10:00 +99:00",
]


@pytest.mark.parametrize("text", CERTAIN)
def test_a_time_that_is_certain(text: str) -> None:
    assert read_moment(text) == CERTAIN[text]


@pytest.mark.parametrize("text", UNCERTAIN)
def test_a_time_that_may_be_another_is_not_read(text: str) -> None:
    assert read_moment(text) is None and to_utc(text) is None


def test_a_time_without_a_zone_is_in_the_courses() -> None:
    assert read_moment("2026-11-01 07:00", WEST) == TEN


@given(st.text(max_size=60))
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = read_moment(text)
    assert found is None or found.tzinfo is not None
    assert read_duration(text) is None or read_duration(text) >= timedelta(0)


@given(st.datetimes(datetime(1991, 1, 1), datetime(2150, 1, 1), timezones=st.just(WEST)))
def test_nbgrader_reads_what_is_written(moment: datetime) -> None:
    written = as_timestamp(moment)
    assert parse_utc(written) == to_utc(written)
    assert to_utc(written) == moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2", timedelta(days=2)),
        ("2 días", timedelta(days=2)),
        ("48h", timedelta(days=2)),
        ("1,5 d", timedelta(hours=36)),
        ("1 semana", timedelta(days=7)),
        ("30 min", timedelta(minutes=30)),
        ("0", timedelta(0)),
        ("-2", None),
        ("a lot", None),
        ("9" * 30, None),
    ],
)
def test_a_duration(text: str, time: timedelta | None) -> None:
    assert read_duration(text) == time


# --- times that platforms give --------------------------------------------------------------


def collected(tmp_path: Path, files: zips.Files, times=None, zone=UTC, people: str = ""):
    """The time of each student's submission, as collecting wrote it; and what was said."""
    (tmp_path / "all.zip").write_bytes(zips.pack(files, times))
    if people:
        (tmp_path / "people.csv").write_text(people)
    into = tmp_path / "submitted"
    options = Collecting("homework", course=tmp_path, zone=zone)
    found = collect(tmp_path / "all.zip", into, zips.NOTEBOOKS, options)
    written = {path.parts[-3]: path.read_text().strip() for path in into.glob("*/*/timestamp.txt")}
    return written, found


def test_blackboards_names_say_when(tmp_path: Path) -> None:
    files = zips.blackboard("apaz", when="2026-11-01-22-05-00")
    zone = ZoneInfo("America/Argentina/Buenos_Aires")
    assert collected(tmp_path, files, zone=zone)[0] == {"apaz": "2026-11-02 01:05:00 UTC"}


def test_gradescopes_list_says_when(tmp_path: Path) -> None:
    files = zips.gradescope((1, ["Ana Paz"], zips.WORK), when="2026-11-01 10:00:00.5 Z")
    assert collected(tmp_path, files)[0] == {"ana-paz": "2026-11-01 10:00:00 UTC"}


def test_the_roster_says_when_before_all(tmp_path: Path) -> None:
    files = zips.blackboard("apaz") | zips.blackboard("bdiaz")
    people = "student,username,submitted\nana,apaz,2026-11-01 10:00\nbeto,bdiaz,01/02/2026\n"
    written, found = collected(tmp_path, files, people=people)
    assert written["ana"] == "2026-11-01 10:00:00 UTC"
    assert written["beto"] == "2026-11-01 22:05:00 UTC"  # Blackboard's: the roster's is not certain
    assert any("01/02/2026" in note for note in found.notes)


def test_entries_of_an_old_moodle_say_when(tmp_path: Path) -> None:
    files = zips.moodle("Ana_1") | zips.moodle("Beto_2") | zips.moodle("Cruz_3")
    days = dict(zip(files, (3, 1, 2), strict=True))
    times = {name: datetime(2026, 11, day, 10) for name, day in days.items()}
    written, _ = collected(tmp_path, files, times)
    assert written == {
        "Ana": "2026-11-03 10:00:00 UTC",
        "Beto": "2026-11-01 10:00:00 UTC",
        "Cruz": "2026-11-02 10:00:00 UTC",
    }


def test_the_time_of_the_download_is_nobodys(tmp_path: Path) -> None:
    files = zips.moodle("Ana_1") | zips.moodle("Beto_2") | zips.moodle("Cruz_3")
    times = {name: datetime(2026, 11, 1, 10, n) for n, name in enumerate(files)}
    assert collected(tmp_path, files, times)[0] == {}


def test_times_inside_a_students_zip_say_nothing(tmp_path: Path) -> None:
    inner = zips.pack(zips.WORK, {"homework.ipynb": datetime(2001, 1, 1)})
    files = zips.moodle("Ana_1", {"t.zip": inner}) | zips.moodle("Beto_2") | zips.moodle("C_3")
    days = dict(zip(files, (3, 1, 2), strict=True))
    times = {name: datetime(2026, 11, day, 10) for name, day in days.items()}
    assert collected(tmp_path, files, times)[0]["Ana"] == "2026-11-03 10:00:00 UTC"


def test_canvas_says_late_and_not_when(tmp_path: Path) -> None:
    written, found = collected(tmp_path, zips.canvas("pazana", 7, late=True))
    assert written == {} and any("late" in note for note in found.notes)


def test_the_same_work_with_a_time_keeps_its_place(tmp_path: Path) -> None:
    assert collected(tmp_path, zips.moodle("Ana Paz_7"))[0] == {}
    people = "name,submitted\nAna Paz,2026-11-01 10:00\n"
    written, found = collected(tmp_path, zips.moodle("Ana Paz_7"), people=people)
    assert written == {"ana-paz": "2026-11-01 10:00:00 UTC"}
    assert [each.outcome for each in found.placed] == ["unchanged"]


@pytest.mark.parametrize("count", [0, 1])
def test_few_times_tell_nothing(count: int) -> None:
    assert not entry_times_tell([TEN] * count)


# --- what it costs --------------------------------------------------------------------------

PLUGIN = """
class PerDay(__import__("nbgrader.plugins").plugins.LateSubmissionPlugin):
    def late_submission_penalty(self, student, score, late):
        return {cost} * score * (late // 86400 + 1)

c.AssignLatePenalties.plugin_class = PerDay
"""
DUE = "c.Autograder.due = {{'demo': '{due}'}}\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, isolation: str) -> Course:
    """Ana handed in on the 2nd at ten, Beto at a time that may be two; both are right."""
    root = demo_course.make_course(tmp_path_factory.mktemp("when") / "course")
    for student, when in (("ana", "2026-11-02 10:00:00 UTC"), ("beto", "02/11/2026 10:00")):
        folder = demo_course.submit(root, student, demo_course.answer())
        (folder / "timestamp.txt").write_text(when)
    grade(root, isolation)
    return Course.at(root)


def grade(root: Path, isolation: str = "bwrap"):
    options = Options(root / "submitted", root / "results", jobs=1, isolation=isolation)
    return grade_cohort(Course.at(root), options)


def configure(course: Course, *lines: str) -> None:
    (course.root / "nbgrader_config.py").write_text("\n".join([demo_course.CONFIG, *lines]))


def total(course: Course, run, student: str = "ana") -> float:
    return marks(course, run.records)[student, "demo"].total


def test_an_uncertain_time_is_flagged_and_costs_nothing(graded: Course, isolation: str) -> None:
    configure(graded, PLUGIN.format(cost=0.5), DUE.format(due="2026-01-01"))
    run = grade(graded.root, isolation)
    [beto] = [record for record in run.records if record.student == "beto"]
    assert "timestamp-unreadable" in beto.flags
    assert total(graded, run, "beto") == 5 and total(graded, run) == 0


def test_what_changes_a_total_runs_nothing_again(graded: Course, isolation: str) -> None:
    def again(*lines: str) -> float:
        configure(graded, *lines)
        run = grade(graded.root, isolation)
        assert (run.graded, run.failures) == (0, [])
        return total(graded, run)

    half = PLUGIN.format(cost=0.5)
    assert again(half, DUE.format(due="2026-11-02 11:00")) == 5
    assert again(half, DUE.format(due="2026-11-02 09:00")) == 2.5  # the due date moved
    assert again(PLUGIN.format(cost=0.2), DUE.format(due="2026-11-02 09:00")) == 4  # the rule
    extensions = graded.root / "extensions.csv"
    extensions.write_text("student;assignment;extension\nana;demo;2 horas\n", "cp1252")
    assert again(half, DUE.format(due="2026-11-02 09:00")) == 5  # more time
    extensions.write_text("student,assignment,extension\nana,demo,2026-11-02 09:30\n")
    assert again(half, DUE.format(due="2026-11-02 09:00")) == 2.5  # until then
    extensions.write_text("student,assignment,extension\nana,demo,0\n")
    assert again(half, DUE.format(due="2026-11-02 09:00")) == 2.5
    extensions.unlink()
    (graded.root / "people.csv").write_text("student,name,prórroga demo\nana,Paz Ana,1 día\n")
    assert again(half, DUE.format(due="2026-11-02 09:00")) == 5
    (graded.root / "people.csv").unlink()


def test_points_that_a_person_gives_are_penalized_too(graded: Course, isolation: str) -> None:
    configure(graded, PLUGIN.format(cost=0.5), DUE.format(due="2026-11-02 09:00"))
    (graded.root / "extensions.csv").write_text("student,extension\nana,0\n")
    assert total(graded, grade(graded.root, isolation)) == 2.5
    with Gradebook(graded.db_url, "demo") as gradebook:
        gradebook.find_grade("why", "demo", "demo", "ana").manual_score = 1
        gradebook.db.commit()
    run = grade(graded.root, isolation)
    assert run.graded == 0 and run.updated == ["ana/demo"]
    assert total(graded, run) == 3


def test_an_extension_that_nbgrader_granted_stays(graded: Course, isolation: str) -> None:
    configure(graded, PLUGIN.format(cost=0.5), DUE.format(due="2026-11-02 09:00"))
    (graded.root / "extensions.csv").unlink(missing_ok=True)
    with Gradebook(graded.db_url, "demo") as gradebook:
        gradebook.grant_extension("demo", "ana", days=1)
    grade(graded.root, isolation)
    with Gradebook(graded.db_url, "demo") as gradebook:
        assert gradebook.find_submission("demo", "ana").extension == timedelta(days=1)
        assert not gradebook.find_submission("demo", "ana").late_submission_penalty


@pytest.mark.parametrize(
    ("lines", "extensions", "words"),
    [
        (DUE.format(due="01/02/2026"), "", "c.Autograder.due: '01/02/2026', of demo, is not cert"),
        ("c.Autograder.due = {'dmeo': '2026-11-01'}", "", "no assignment 'dmeo'"),
        ("c.Autograder.timezone = 'Buenos Aires'", "", "'Buenos Aires' is no time zone"),
        ("", "student,extension\nana,soon\n", "extensions.csv: the extension 'soon' of ana is not"),
        ("", "who\nana\n", "its columns are student, assignment and extension"),
        (PLUGIN.format(cost="1 / 0") + DUE.format(due="2026-01-01"), "", "PerDay, fails: ZeroDiv"),
    ],
)
def test_what_cannot_be_used_is_one_line(graded, isolation, lines, extensions, words) -> None:
    configure(graded, lines)
    path = graded.root / "extensions.csv"
    path.write_text(extensions) if extensions else path.unlink(missing_ok=True)
    with graded_again(graded, isolation, words):
        grade(graded.root, isolation)
    path.unlink(missing_ok=True)


def graded_again(course: Course, isolation: str, words: str):
    return pytest.raises(UserError, match=words.replace("(", r"\("))


def test_names_of_the_roster_reach_the_gradebook(graded: Course, isolation: str) -> None:
    configure(graded)
    (graded.root / "people.csv").write_text('student,name,email\nana,"Paz, Ana",a@uni.example\n')
    assert grade(graded.root, isolation).graded == 0
    with Gradebook(graded.db_url, "demo") as gradebook:
        ana = gradebook.find_student("ana")
        assert (ana.first_name, ana.last_name, ana.email) == ("Ana", "Paz", "a@uni.example")
        assert gradebook.find_student("beto").first_name is None
