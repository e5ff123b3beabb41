"""From a platform's zip to marks in the platform's own file and pages for all, in four commands."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import demo_course
import pytest
from importers import (
    MoodleGrade,
    canvas_comment_owner,
    canvas_upload,
    moodle_feedback_owner,
    moodle_upload,
)
from intake import course as corpus
from intake import sixty
from nbgrader.api import Gradebook

from autograder.course import Course

CONFIG = """\
import nbgrader.plugins

class Half(nbgrader.plugins.LateSubmissionPlugin):
    def late_submission_penalty(self, student, score, late):
        return score / 2

c.AssignLatePenalties.plugin_class = Half
c.Autograder.due = {{"demo": "{due}"}}
"""
NOT_FOR_PEOPLE = re.compile(r"Traceback|Errno|codec|0x[0-9a-f]{2}\b|\b[A-Z]\w+Error\b")
MAXIMUM = 7.0


@dataclass
class Class:
    """A course, a platform, and what the four commands say and write."""

    root: Path
    platform: str
    isolation: str
    uploaded: dict[int, MoodleGrade] = field(default_factory=dict)

    def configure(self, due: str) -> None:
        text = demo_course.CONFIG + CONFIG.format(due=due)
        (self.root / "nbgrader_config.py").write_text(text)

    def run(self, *words: str | Path) -> str:
        done = demo_course.command(*words, cwd=self.root)
        said = done.stdout + done.stderr
        assert not NOT_FOR_PEOPLE.search(said), said
        self._last: subprocess.CompletedProcess[str] = done
        return said

    def four_commands(self, some: list[sixty.Submission], **zipped: bool) -> None:
        """Collect, grade, feedback and export; the account of each adds up."""
        made = getattr(sixty, f"{self.platform}_zip")(some, **zipped)
        (self.root / "class.zip").write_bytes(made)
        self.collected = self.run("collect", "class.zip", "-a", "demo", "--force")
        placed = adds_up(self.collected, "files in the zip")
        self.graded = self.run("grade", "--isolation", self.isolation)
        assert self._last.returncode == 0, self.graded
        assert adds_up(self.graded, "files in =") >= placed
        words = ["--zip", self.platform] if self.platform != "gradescope" else []
        words += ["--submissions", "class.zip"] if self.platform == "canvas" else []
        self.paged = self.run("feedback", *words)
        assert self._last.returncode == 0, self.paged
        words = ["--to", self.platform, "--include-pending", "-o", "out"]
        if self.platform != "gradescope":
            sheet = "moodle_worksheet" if self.platform == "moodle" else "canvas_gradebook"
            self.sheet = getattr(sixty, sheet)(some)
            (self.root / "sheet.csv").write_bytes(self.sheet)
            words += ["--worksheet", "sheet.csv"]
        self.exported = self.run("export", *words)
        assert self._last.returncode == 0, self.exported

    # --- what came out, by the numbers of the platform -------------------------------------------

    def students(self) -> dict[str, int]:
        """The number of each submission's student, as collecting learned it."""
        with (self.root / "submitted" / "participants.csv").open(encoding="utf-8") as stream:
            return {row["student"]: int(row["participant"]) for row in csv.DictReader(stream)}

    def marks(self) -> dict[int, float]:
        """The mark of each person (on Gradescope, of each submission), in the platform's file."""
        if self.platform == "moodle":
            content = (self.root / "out" / "sheet.csv").read_bytes()
            for number in (*range(1, 61), *sixty.TEAM_MEMBERS, 200):
                self.uploaded.setdefault(number, MoodleGrade())
            now = datetime.now(UTC).timestamp()
            moodle_upload(content, "utf-8", ";", self.uploaded, MAXIMUM, now)
            return {n: g.grade for n, g in self.uploaded.items() if g.grade is not None}
        if self.platform == "canvas":
            taken = canvas_upload((self.root / "out" / "sheet.csv").read_bytes())
            found = {int(number): row["Demo (77)"] for number, row in taken.items()}
            return {number: float(mark) for number, mark in found.items() if mark}
        files = (self.root / "out").glob("*/demo/results.json")
        scores = {path.parts[-3]: json.loads(path.read_text("utf-8"))["score"] for path in files}
        return {number: scores[student] for student, number in self.students().items()}

    def pages(self) -> set[int]:
        """Of whom there is a page: in the zip for the platform, or else in the folder."""
        if self.platform == "gradescope":
            pages = (self.root / "feedback").glob("*/demo/demo.html")
            return {self.students()[path.parts[-3]] for path in pages}
        path = self.root / "results" / f"feedback-{self.platform}-demo.zip"
        names = zipfile.ZipFile(path).namelist()
        if self.platform == "moodle":
            return {owner[0] for owner in map(moodle_feedback_owner, names) if owner}
        return {int(owner[0]) for owner in map(canvas_comment_owner, names) if owner}

    def mark_by_hand(self) -> None:
        """What a person does in formgrader: a point for each answer that waits."""
        with Gradebook(Course.at(self.root).db_url) as gradebook:
            for submission in gradebook.assignment_submissions("demo"):
                for grade in (grade for each in submission.notebooks for grade in each.grades):
                    if grade.needs_manual_grade:
                        grade.manual_score, grade.needs_manual_grade = 1.0, False
            gradebook.db.commit()


def adds_up(said: str, what: str) -> int:
    """Check the line of an account; what went on to the next step."""
    [line] = [line for line in said.splitlines() if what in line]
    total, *parts = map(int, re.findall(r"\d+", line))
    assert total == sum(parts), line
    return total if "files in =" in what else parts[0]


def by_person(some: list[sixty.Submission], platform: str, **totals: float) -> dict[int, float]:
    """What each number must have; a team's mark is each member's, or the team's submission's."""
    found = {}
    for each in some:
        numbers = (each.number,) if platform == "gradescope" and each.is_team else each.people
        total = totals.get(f"n{each.number}", each.score)
        found |= dict.fromkeys(numbers, total)
    return found


@pytest.mark.parametrize("platform", ["moodle", "canvas", "gradescope"])
def test_everybody_is_in_every_output_with_the_right_mark(
    platform: str, tmp_path: Path, isolation: str
) -> None:
    corpus.make(tmp_path)
    made = Class(tmp_path, platform, isolation)
    made.configure(due="2026-11-20 23:59")
    (tmp_path / "people.csv").write_text(sixty.people_csv(platform))
    first = sixty.the_class()
    made.four_commands(first)
    half = {f"n{each.number}": each.score / 2 for each in first if each.late}
    expected = by_person(first, platform, **half)
    assert made.marks() == expected
    assert pages_of(first, platform) == made.pages()
    assert "demo: 1 handed in nothing: Nadie Nunca" in made.collected
    check_sheet(made)

    made.mark_by_hand()
    made.configure(due="2026-11-25 23:59")
    second = sixty.again()
    made.four_commands(second, **({"blind": True} if platform == "moodle" else {}))
    before = {each.number: each for each in first}
    totals = {
        f"n{each.number}": each.score + (each.queued and before.get(each.number) == each)
        for each in second
    }
    assert made.marks() == by_person(second, platform, **totals)
    assert pages_of(second, platform) == made.pages()
    check_sheet(made)


def pages_of(some: list[sixty.Submission], platform: str) -> set[int]:
    """The numbers under which a platform wants pages: of a team, Canvas's first and no other's."""
    if platform == "canvas":
        return {each.people[0] for each in some}
    return set(by_person(some, platform))


def check_sheet(made: Class) -> None:
    """A worksheet goes back as it came: its mark, its rows, who handed in nothing."""
    if made.platform == "moodle":
        written = (made.root / "out" / "sheet.csv").read_bytes()
        ours, theirs = made.sheet.split(b"\r\n"), written.split(b"\r\n")
        for before, after in zip(ours, theirs, strict=True):  # up to the mark, nothing changes
            assert after.split(b";")[:3] == before.split(b";")[:3]
        assert theirs[0] == ours[0] and len(theirs) == len(ours)
        assert [row for row in theirs if b"Nadie" in row] == [
            row for row in ours if b"Nadie" in row
        ]
