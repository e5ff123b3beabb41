"""Feedback pages and formgrader's page of a submission, made by nbgrader itself."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import demo_course
import pytest
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook
from test_safe_html import HOSTILE, PNG, assert_inert

from autograder.course import Course
from autograder.grading.cohort import Options, Run, grade_cohort
from autograder.report.feedback import FeedbackError, write_feedback

ATTACK = (
    "<img src=x onerror=\"document.title='ATTACKED'\"><script>document.title='ATTACKED'</script>"
)
TRICKS = """
from IPython.display import HTML, Javascript, Markdown, SVG, display
display(HTML("<script>document.title = 'ATTACKED'</script>"))
display(HTML("<b onclick='alert(1)'>bold</b>"))
display(Markdown("<img src=x onerror=alert(1)> **strong**"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"))
display(Javascript("alert(1)"))
print("<script>alert(1)</script>")
raise ValueError("<script>alert(1)</script>")
"""


def hostile_notebook() -> dict[str, Any]:
    """The demo notebook with an attack in every place that a page shows."""
    markdown = [demo_course.cell(source, kind="markdown") for source in (*HOSTILE, ATTACK)]
    attached = demo_course.cell("![a](attachment:a.svg) ![b](attachment:b)", kind="markdown")
    attached["attachments"] = {"a.svg": {"image/svg+xml": "PHN2Zy8+"}, "b": {"image/png": PNG}}
    raw = {"cell_type": "raw", "metadata": {}, "source": ATTACK}
    typed = {**raw, "metadata": {"raw_mimetype": "text/html"}}
    evil = "def square(x):\n    return '<script>alert(1)</script>'"
    extra = (*markdown, attached, raw, typed, demo_course.cell(TRICKS))
    made = demo_course.answer(*extra, solution=evil)
    made["cells"][4]["source"] = f"Because. {ATTACK}"
    return made


def grade(course: Course, isolation: str) -> Run:
    results = course.root / "results"
    options = Options(course.submitted_dir, results, isolation=isolation, seed=1, jobs=1)
    run = grade_cohort(course, options)
    assert run.failures == []
    return run


def page_of(course: Course, student: str) -> str:
    return (course.feedback_dir / student / "demo" / "demo.html").read_text("utf-8")


def text_of(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def without_links_of_ours(html: str) -> str:
    """The page's body without the anchors of its own summary."""
    soup = BeautifulSoup(html, "html.parser")
    for link in soup.select('a[href^="#"]'):
        link.decompose()
    return str(soup.body)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, isolation: str) -> Course:
    """A demo course with honest, wrong and hostile submissions, graded once for the module."""
    root = tmp_path_factory.mktemp("feedback") / "course"
    course = Course.at(demo_course.make_course(root))
    made = demo_course.answer()
    made["cells"][4]["source"] = "Because it **multiplies**."
    for student in ("ana", "caro"):
        demo_course.submit(root, student, made)
    for student in ("beto", "dani", "broken"):
        wrong = demo_course.answer(solution="def square(x): return x")
        demo_course.submit(root, student, wrong)
    demo_course.submit(root, "mallory", hostile_notebook(), **{"other.html": b"<script></script>"})
    grade(course, isolation)
    return course


def test_feedback_shows_marks_and_verdicts(graded: Course) -> None:
    write_feedback(graded, [("beto", "demo")])
    text = text_of(page_of(graded, "beto"))
    assert "2 of 6 points" in text
    assert "It squares every element. (0/2)" in text
    assert "expected the square of each number" in text
    assert "Skipped: “It squares every element” has to be solved first" in text
    for stock in ("Score", "Comments", "Student's answer", "Grade cell"):
        assert stock not in text


def test_the_page_says_whether_it_is_accepted_and_what_it_lacks(
    graded: Course, isolation: str
) -> None:
    demo_course.submit(graded.root, "eva", demo_course.answer())
    demo_course.submit(graded.root, "fede", demo_course.answer(note="pass"))
    grade(graded, isolation)
    write_feedback(graded, [("eva", "demo"), ("fede", "demo")])
    assert "Accepted. It has all that the assignment asks" in text_of(page_of(graded, "eva"))
    fede = page_of(graded, "fede")
    lacks = "Not accepted. To be accepted it still lacks this: `note.md` has something in it."
    assert lacks in text_of(fede)
    assert '<a href="#mark-note-test">`note.md` has something in it.</a>' in fede


def test_the_page_lists_files_that_were_set_aside_or_used_under_another_name(
    graded: Course, isolation: str
) -> None:
    folder = demo_course.submit(graded.root, "gabi", demo_course.answer())
    (folder / "demo.ipynb").rename(folder / "demo (1).ipynb")
    (folder / "<script>.ipynb").write_bytes(demo_course.as_bytes(demo_course.released()))
    (folder / "x & y.md").symlink_to("/etc/passwd")
    (folder / "timestamp.txt").write_text("2026-11-01 22:05 UTC")
    grade(graded, isolation)
    write_feedback(graded, [("gabi", "demo"), ("ana", "demo")])
    page = page_of(graded, "gabi")
    said = text_of(page)
    assert "Files that were set aside, or used under another name" in said
    assert "demo (1).ipynb : used as demo.ipynb" in said
    assert "<script>.ipynb : set aside ( demo (1).ipynb was graded in its place)" in said
    assert "x & y.md : set aside (it is a link" in said
    assert "timestamp.txt" not in said and "<script>.ipynb" not in page
    assert "set aside" not in text_of(page_of(graded, "ana"))


def test_points_that_wait_for_a_person_are_said_to_wait(graded: Course) -> None:
    write_feedback(graded, [("ana", "demo"), ("beto", "demo")])
    assert "A person has yet to mark 1 point" in text_of(page_of(graded, "ana"))
    beto = text_of(page_of(graded, "beto"))  # left the question unanswered: a zero, with its reason
    assert "A person has yet" not in beto
    assert "No answer." in beto


def test_a_mark_by_hand_and_its_comment_appear(graded: Course) -> None:
    with Gradebook(graded.db_url) as gradebook:
        grade = gradebook.find_grade("why", "demo", "demo", "caro")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        comment = gradebook.find_comment("why", "demo", "demo", "caro")
        comment.manual_comment = "Good, but <script>alert(1)</script> an example is *missing*."
        gradebook.db.commit()
    write_feedback(graded, [("caro", "demo")])
    html = page_of(graded, "caro")
    assert "5.5 of 6 points" in text_of(html)
    assert "an example is <em>missing</em>" in html
    assert_inert(without_links_of_ours(html))


def test_feedback_of_a_hostile_submission_is_inert(graded: Course) -> None:
    write_feedback(graded, [("mallory", "demo")])
    html = page_of(graded, "mallory")
    assert_inert(without_links_of_ours(html))
    for shown in ("bold", "strong", "Because.", "ValueError"):
        assert shown in html
    assert f"data:image/png;base64,{PNG}" in html


def test_the_page_has_no_script_and_asks_nobody_for_anything(graded: Course) -> None:
    write_feedback(graded, [("ana", "demo"), ("mallory", "demo")])
    for student in ("ana", "mallory"):
        soup = BeautifulSoup(page_of(graded, student), "html.parser")
        assert soup.find_all(["script", "link", "iframe"]) == []
        for tag in soup.find_all(src=True):  # a figure, or a picture beside the page
            assert tag["src"].startswith("data:") or not re.search("//|:", tag["src"])


def test_stock_generate_feedback_writes_the_same_page(graded: Course) -> None:
    write_feedback(graded, [("mallory", "demo")])
    ours = page_of(graded, "mallory")
    command = [Path(sys.prefix, "bin", "nbgrader"), "generate_feedback", "demo", "--force"]
    done = subprocess.run(command, cwd=graded.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert page_of(graded, "mallory") == ours


def test_feedback_is_replaced_when_a_submission_is_graded_again(
    graded: Course, isolation: str
) -> None:
    write_feedback(graded, [("dani", "demo")])
    demo_course.submit(graded.root, "dani", demo_course.answer())
    grade(graded, isolation)
    write_feedback(graded, [("dani", "demo")])
    assert "5 of 6 points" in text_of(page_of(graded, "dani"))


def test_progress_is_told_once_a_submission(graded: Course) -> None:
    told: list[tuple[int, int, str]] = []
    write_feedback(graded, [("beto", "demo"), ("ana", "demo")], lambda *step: told.append(step))
    assert told == [(1, 2, "ana/demo"), (2, 2, "beto/demo")]


def test_a_submission_without_a_notebook_has_no_page_and_stops_nobody(graded: Course) -> None:
    (graded.autograded_dir / "nobody" / "demo").mkdir(parents=True)
    write_feedback(graded, [("nobody", "demo"), ("ana", "demo")])
    assert not (graded.feedback_dir / "nobody").exists()
    assert "of 6 points" in page_of(graded, "ana")


def test_a_page_that_fails_is_named_and_the_others_are_written(graded: Course) -> None:
    (graded.autograded_dir / "broken" / "demo" / "demo.ipynb").write_text("this is no notebook")
    with pytest.raises(FeedbackError, match=r"broken/demo/demo\.ipynb"):
        write_feedback(graded, [("broken", "demo"), ("beto", "demo")])
    assert "of 6 points" in page_of(graded, "beto")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], BeautifulSoup]:
    """What a page becomes in a real browser, once its scripts have run."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip("no Chromium on this machine")
    profile = tmp_path_factory.mktemp("browser")
    quiet = "--disable-gpu --disable-background-networking --disable-sync --no-first-run".split()
    command = [program, "--headless", "--no-sandbox", *quiet, f"--user-data-dir={profile}"]
    command += ["--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=2000", "--dump-dom"]

    def opened(path: Path) -> BeautifulSoup:
        done = subprocess.run([*command, path.as_uri()], capture_output=True, text=True, check=True)
        return BeautifulSoup(done.stdout, "html.parser")

    return opened


def test_in_a_real_browser_nothing_of_it_runs(
    graded: Course, browser: Callable[[Path], BeautifulSoup], tmp_path: Path
) -> None:
    write_feedback(graded, [("mallory", "demo")])
    page = browser(graded.feedback_dir / "mallory" / "demo" / "demo.html")
    assert page.title.text == "demo · feedback"
    for ours in page.select('a[href^="#"], script'):
        ours.decompose()
    assert_inert(str(page.body))
    (tmp_path / "raw.html").write_text(f"<title>demo</title><main>{ATTACK}</main>")
    assert browser(tmp_path / "raw.html").title.text == "ATTACKED"


@pytest.fixture()
def formgrader(graded: Course, tmp_path: Path) -> Iterator[str]:
    """The address of a real Jupyter server with formgrader, started in the course."""
    command = [sys.executable, "-P", "-m", "jupyter_server", "--no-browser", "--allow-root"]
    command += ["--port=0", "--ip=127.0.0.1", "--IdentityProvider.token=key"]
    extensions = {"nbgrader.server_extensions.formgrader": True, "jupyterlab": False}
    command += [f"--ServerApp.jpserver_extensions={extensions}"]
    places = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    log = (tmp_path / "server.log").open("w+")
    server = subprocess.Popen(command, cwd=graded.root, env={**os.environ, **places}, stderr=log)
    try:
        yield f"{_address(server, tmp_path / 'RUNTIME', log)}formgrader"
    finally:
        server.kill()
        server.wait()
        log.close()


def _address(server: subprocess.Popen, runtime: Path, log: Any) -> str:
    """Where the server listens, once it answers: it writes the address down before it does."""
    while server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(ValueError, OSError):  # it is being written; nobody listens
                address = json.loads(path.read_text())["url"]
                fetch(f"{address}api")
                return address
        time.sleep(0.1)
    log.seek(0)
    pytest.fail("the server did not start: " + log.read()[-2000:])


def fetch(address: str) -> str:
    request = urllib.request.Request(address, headers={"Authorization": "token key"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        return answer.read().decode()


def test_formgrader_shows_a_hostile_submission_inert(formgrader: str) -> None:
    listed = json.loads(fetch(f"{formgrader}/api/submitted_notebooks/demo/demo"))
    ids = {each["student"]: each["id"] for each in listed}
    pages = {name: fetch(f"{formgrader}/submissions/{ids[name]}/") for name in ("ana", "mallory")}
    soup = BeautifulSoup(pages["mallory"], "html.parser")
    head = BeautifulSoup(pages["ana"], "html.parser").head
    assert _scripts(soup.head) == _scripts(head)
    container = soup.select_one("#notebook-container")
    for ours in container.select(".panel-heading, .panel-footer"):
        ours.decompose()
    assert_inert(str(container))
    for shown in ("bold", "strong", "Because.", "ValueError"):
        assert shown in container.get_text()


def _scripts(head: Any) -> list[str]:
    texts = [tag.get("src") or tag.text for tag in head.find_all("script")]
    return [re.sub(r'submission_id = "\w+"', "", text) for text in texts]
