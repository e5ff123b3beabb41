"""Hostile folders: links, pipes, devices, names. A real run over all of them and an honest one."""

from __future__ import annotations

import os
import re
import socket
import stat
from pathlib import Path

import demo_course
import pytest
from nbconvert.filters import markdown2html
from nbgrader.api import Gradebook

from autograder.grading.cohort import Options, grade_cohort
from autograder.intake import submissions
from autograder.intake.folders import survey
from autograder.records import read
from autograder.sandbox.isolation import BWRAP
from autograder.sandbox.limits import Limits

LIMITS = Limits(file_bytes=100_000, submission_bytes=250_000, files=20)
EVIL_TEXT = "<script>alert(1)</script> \x1b[2J \u202e `x` [a](javascript:1) =1+1 \ud800"


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    """A submission's folder, and beside it something that is not its own."""
    (tmp_path / "secreto").mkdir()
    (tmp_path / "secreto/clave.txt").write_text("secreto")
    made = tmp_path / "submitted/mal/demo"
    made.mkdir(parents=True)
    return made


def load(folder: Path, limits: Limits = LIMITS) -> submissions.Submission:
    return submissions.read(folder.parents[1], "mal", "demo", limits)


def link(target: str):
    return lambda path: os.symlink(target, path)


def listen(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


NOT_FILES = {
    "a link to a file outside": link("../../../secreto/clave.txt"),
    "a link to a folder outside": link("../../../secreto"),
    "a link to the root": link("/"),
    "an absolute link": link("/etc/passwd"),
    "a link to nowhere": link("no-existe"),
    "a link to itself": link("demo.ipynb"),
    "a link to a process": link("/proc/self/environ"),
    "a pipe": os.mkfifo,
    "a socket": listen,
    "a folder": lambda path: path.mkdir(),
    "a folder with files": lambda path: (path.mkdir(), (path / "x").write_text("x")),
    "an unreadable file": lambda path: (path.write_text("x"), path.chmod(0)),
}


@pytest.mark.parametrize("name", ["demo.ipynb", "MODEL_CARD.md", "modelo.joblib"])
@pytest.mark.parametrize("kind", NOT_FILES)
def test_what_is_not_a_plain_file_is_never_read(kind, name, folder, monkeypatch):
    if kind == "an unreadable file" and os.geteuid() == 0:
        pytest.skip("root reads everything")
    monkeypatch.chdir(folder)
    NOT_FILES[kind](folder / name)
    read = load(folder)
    assert name not in read.files and read.rejected[name]
    assert any(flag.startswith("file-rejected") for flag in read.flags)
    assert b"secreto" not in b"".join(read.files.values())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_never_read(folder):
    try:
        os.mknod(folder / "demo.ipynb", 0o666 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        pytest.skip("devices cannot be made here")
    assert "demo.ipynb" in load(folder).rejected


@pytest.mark.parametrize("level", ["mal/demo", "mal"])
def test_a_submission_that_is_itself_a_link_is_not_followed(level, folder):
    root = folder.parents[1]
    (root.parent / "secreto/demo").mkdir()
    (root.parent / "secreto/demo/demo.ipynb").write_text("secreto")
    folder.rmdir()
    if level == "mal":
        folder.parent.rmdir()
        os.symlink("../secreto", root / "mal")
    else:
        os.symlink("../../secreto/demo", root / "mal/demo")
    assert load(folder).files == {} and load(folder).flags == ("folder-is-a-link",)
    with pytest.raises(submissions.SubmissionError, match=r"no submission.*it is a link"):
        survey(root, {"demo": ("demo",)})


NAMES = [
    b"con\nsalto.txt",
    b"con\x1b[2Jescape.txt",
    b"latin-\xe9\xff.txt",
    b"-rf",
    b"; rm -rf ~",
    b"$(reboot).md",
    b"..ipynb",
    b"... ",
    b"x" * 255,
    "ñandú-✅.txt".encode(),
    b"<img src=x onerror=alert(1)>.md",
    b"autograder.pth",
    b"sitecustomize.py",
]


def test_odd_names_are_read_and_shown_in_one_line(folder):
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("x")
    made = load(folder)
    assert len(made.files) == len(NAMES) and len(made.digest) == 64
    (folder / "con\nsalto.txt").chmod(0o644)
    os.unlink(folder / "con\nsalto.txt")
    os.mkfifo(folder / "con\n\x1b[31msalto.md")
    assert load(folder).flags == ("file-rejected: con??[31msalto.md",)


def test_many_files_cost_no_notebook(folder):
    for number in range(300):
        (folder / f"a{number}.png").write_bytes(b"x")
    (folder / "demo.ipynb").write_bytes(b"{}")
    made = load(folder)
    assert "demo.ipynb" in made.files and len(made.files) == LIMITS.files
    assert made.rejected and made.flags


def test_many_folders_are_not_walked_for_ever(folder):
    for number in range(1_000):
        demo_course.write(folder / f"{number:04}/x", "x")
    assert any("folders" in reason for reason in load(folder).rejected.values())


def test_large_files_are_refused_each_and_together(folder):
    (folder / "demo.ipynb").write_bytes(b"{}")
    for number in range(4):
        (folder / f"datos{number}.bin").write_bytes(bytes(90_000))
    (folder / "anexo.bin").write_bytes(bytes(200_000))
    made = load(folder)
    assert sum(map(len, made.files.values())) <= LIMITS.submission_bytes
    assert "demo.ipynb" in made.files and "maximum" in made.rejected["anexo.bin"]
    assert "too large" in made.rejected["datos3.bin"]


def evil_cohort(root: Path) -> None:
    """Everything above at once, handed in beside an honest submission."""
    demo_course.submit(root, "ana", demo_course.answer())
    demo_course.submit(root, "--force", demo_course.answer(solution="1/0"))
    demo_course.submit(root, "@SUM, ' OR 1", demo_course.answer())
    raises = f"def square(x):\n    raise ValueError({EVIL_TEXT!r})"
    text = demo_course.submit(root, "texto", demo_course.answer(solution=raises))
    (text / "timestamp.txt").write_text("=HYPERLINK(1)")
    late = demo_course.submit(root, "fecha", demo_course.answer())
    (late / "timestamp.txt").write_text("9" * 150)
    links = demo_course.submit(root, "enlaces", demo_course.answer())
    (links / "demo.ipynb").unlink()
    (links / "demo.ipynb").symlink_to(root / "solutions/demo/demo.ipynb")
    (links / "todo").symlink_to(root)
    clash = demo_course.submit(root, "choque", demo_course.answer())
    (clash / "ayuda.py").mkdir()
    (clash / "ayuda.py/x").write_text("x")
    names = demo_course.submit(root, "nombres", demo_course.answer())
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(names) + b"/" + name)).write_text("x")
    deep = names
    for _ in range(15):
        deep = deep / ("y" * 240)
        deep.mkdir()
    (deep / "hondo.txt").write_text("x")
    demo_course.submit(root, "vacia", demo_course.answer())
    (root / "submitted/vacia/demo/demo.ipynb").unlink()
    (root / "solutions/demo/ayuda.py").write_text("nombre = 'nuestra'\n")


MARKS = {
    "ana": 5,
    "--force": 2,
    "@SUM, ' OR 1": 5,
    "texto": 2,
    "fecha": 5,
    "enlaces": 0,
    "choque": 5,
    "nombres": 5,
    "vacia": 0,
}


@pytest.fixture()
def graded(demo, isolation):
    if isolation != BWRAP:
        pytest.skip("needs bubblewrap and namespaces: see `autograder doctor`")
    evil_cohort(demo.root)
    options = Options(demo.root / "submitted", demo.root / "results", jobs=1, isolation=isolation)
    said: list[str] = []
    run = grade_cohort(demo, options, lambda _done, _total, name: said.append(name))
    return demo, run, said


def test_hostile_folders_stop_nothing_and_change_no_other_mark(graded):
    course, run, said = graded
    document = read(course.root / "results/results.json")
    found = {record.student: record for record in document.submissions}
    assert {name: record.score for name, record in found.items()} == MARKS
    assert found["enlaces"].status == "invalid" and found["vacia"].status == "missing"
    for name in ("texto", "fecha"):
        assert "timestamp-unreadable" in found[name].flags
    assert any(flag.startswith("file-rejected") for flag in found["enlaces"].flags)
    assert run.failures == []
    _nothing_dangerous_is_kept(course, run, said)
    with Gradebook(course.db_url, "demo") as gradebook:
        scores = {each["student"]: each["score"] for each in gradebook.submission_dicts("demo")}
        assert scores == MARKS
        notebook = gradebook.find_submission_notebook("demo", "demo", "texto")
        comment = next(c.auto_comment for c in notebook.comments if c.cell.name == "square")
    page = markdown2html(comment)  # what nbgrader's feedback makes of it
    assert "&lt;script&gt;" in page and "<script" not in page and "href" not in page
    assert (course.autograded_dir / "choque/demo/ayuda.py").read_text() == "nombre = 'nuestra'\n"
    links = [path for path in course.autograded_dir.rglob("*") if path.is_symlink()]
    assert links == [] and b"secreto" not in b"".join(_contents(course.autograded_dir))


def _nothing_dangerous_is_kept(course, run, said: list[str]) -> None:
    text = (course.root / "results/results.json").read_text()
    lines = [*said, *run.failures]
    assert not any(char in text for char in "\x1b\u202e\x00") and "\\u001b" not in text
    assert all(line.isprintable() for line in lines)
    rows = (course.root / "results/results.csv").read_text().splitlines()
    cells = [cell.strip('"') for row in rows for cell in row.split(",")]
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def _contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


FOLDERS = [
    "<img src=x onerror=alert(1)>",
    "=cmd|' -C calc'!A0",
    "a; DROP TABLE grade",
    "con\nsalto",
]


@pytest.mark.parametrize(
    "name", [*FOLDERS, os.fsdecode(b"latin-\xe9"), "\x1b[2J", "x" * 255, "a\u202eb"]
)
def test_a_students_folder_of_no_ordinary_name_has_a_plain_id_and_is_told(name, tmp_path):
    (tmp_path / name / "demo").mkdir(parents=True)
    found = survey(tmp_path, {"demo": ("demo",)})
    [(student, _)] = found.pairs
    assert re.fullmatch(r"[\w.-]+", student)
    [told] = found.misplaced
    assert told.graded and f"graded as {student}" in told.reason
    assert told.path.isprintable() and told.reason.isprintable()


def test_the_command_prints_what_submissions_say_without_harm(demo, isolation):
    root = demo.root
    made = demo_answer()
    made["cells"][0]["metadata"] = {"nbgrader": {"grade_id": "[red]\x1b[2J\ud800"}}
    demo_course.submit(root, "ana", made)
    words = ("grade", "--course", root, "--isolation", isolation, "--jobs", "1")
    done = demo_course.command(*words, cwd=root)
    assert done.returncode == 0, done.stderr
    assert "cell-unknown" in done.stdout.replace("\n", "") and "[red]" in done.stdout
    assert "\x1b" not in done.stdout and "Traceback" not in done.stderr


def demo_answer() -> dict:
    made = demo_course.answer()
    made["cells"].insert(0, {**demo_course.cell("1"), "id": "primera"})
    return made
