"""A Dask cluster grades as this machine does: its workers have the engine and nothing else."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import demo_course
import pytest
from demo_course import PATIENCE
from distributed import Client
from msgspec.structs import replace

import autograder
from autograder.course import Course
from autograder.engine import identity
from autograder.records import ResultsDocument, read

DASK = Path(sys.prefix, "bin", "dask")
QUIET = ("--no-dashboard", "--protocol", "tcp")


class Cluster:
    """A scheduler and workers in processes of their own, as an instructor would start them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.processes: list[subprocess.Popen] = []
        scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", *QUIET)
        for line in scheduler.stderr:
            if "Scheduler at:" in line:
                self.address = line.split()[-1]
                break
        else:
            raise AssertionError("the scheduler ended before it listened")
        threading.Thread(target=scheduler.stderr.read, daemon=True).start()

    def start_worker(self, name: str, packages: Path | None = None) -> None:
        """Start a worker in an empty folder; ``packages`` come before those of its environment."""
        empty = self.folder / name
        empty.mkdir()
        words = ["--name", name, "--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard"]
        where = {"PYTHONPATH": str(packages)} if packages else {}
        self._start("worker", self.address, *words, folder=empty, **where)

    def wait_for(self, count: int) -> dict[str, str]:
        """Until there are ``count`` workers: their addresses, by name."""
        with Client(self.address, timeout=PATIENCE, set_as_default=False) as client:
            while len(workers := client.scheduler_info(n_workers=-1)["workers"]) < count:
                assert [each.args for each in self.processes if each.poll() is not None] == []
                time.sleep(0.1)
        return {each["name"]: address for address, each in workers.items()}

    def _start(
        self, kind: str, *words: str, folder: Path | None = None, **environment: str
    ) -> subprocess.Popen:
        process = subprocess.Popen(
            [DASK, kind, *words],
            cwd=folder or self.folder,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if kind == "scheduler" else subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def close(self) -> None:
        """End every process that was started here, and those that they started."""
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)


@pytest.fixture()
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        for name in ("one", "two"):
            made.start_worker(name)
        made.wait_for(2)
        yield made
    finally:
        made.close()


@pytest.fixture()
def handed_in(demo: Course) -> Course:
    """The demo course with right, wrong and empty submissions."""
    demo_course.submit(demo.root, "ana", demo_course.answer())
    demo_course.submit(demo.root, "beto", demo_course.released())
    raises = demo_course.answer(solution="def square(x):\n    return 1 / 0")
    demo_course.submit(demo.root, "cruz", raises, **{"extra.md": b"# mine"})
    return demo


def grade(course: Course, *words: str) -> subprocess.CompletedProcess:
    return demo_course.command("grade", "--seed", "3", *words, cwd=course.root)


def results(course: Course) -> ResultsDocument:
    """results.json, but for how long each took."""
    document = read(course.root / "results/results.json")
    timeless = tuple(replace(record, seconds=0.0) for record in document.submissions)
    return replace(document, submissions=timeless)


def test_a_cluster_gives_the_same_results_and_needs_no_course(
    handed_in: Course, cluster: Cluster, isolation: str
) -> None:
    words = ("--isolation", isolation, "--jobs", "1")
    here = grade(handed_in, *words)
    assert here.returncode == 0, here.stderr
    local, executed = results(handed_in), notebooks(handed_in)
    there = grade(handed_in, *words, "--force", "--scheduler", cluster.address)
    assert there.returncode == 0, there.stderr
    assert "3 graded now" in there.stdout
    assert results(handed_in) == local
    assert notebooks(handed_in) == executed
    assert {record.student: record.score for record in local.submissions} == {
        "ana": 5.0,
        "beto": 0.0,
        "cruz": 2.0,
    }


def notebooks(course: Course) -> dict[str, bytes]:
    found = course.autograded_dir.rglob("*.ipynb")
    return {str(path.relative_to(course.root)): path.read_bytes() for path in found}


def test_a_worker_of_another_version_is_refused_by_name_before_any_work(
    handed_in: Course, cluster: Cluster, tmp_path: Path, isolation: str
) -> None:
    packages = tmp_path / "overlay"
    shutil.copytree(Path(autograder.__file__).parent, packages / "autograder")
    version = packages / "autograder" / "__init__.py"
    said = f'__version__ = "{autograder.__version__}"'
    assert said in version.read_text()
    version.write_text(version.read_text().replace(said, '__version__ = "0.0.1"'))
    cluster.start_worker("old", packages)
    old = cluster.wait_for(3)["old"]
    done = grade(handed_in, "--isolation", isolation, "--scheduler", cluster.address)
    assert done.returncode == 2
    assert f"worker {old} has autograder 0.0.1+" in done.stderr
    assert identity() in done.stderr and "same version on both" in done.stderr
    assert "Traceback" not in done.stderr
    assert not handed_in.autograded_dir.exists()
    assert list((handed_in.root / "results").rglob("*.json")) == []


def test_a_worker_whose_checking_code_differs_is_refused_too(
    handed_in: Course, cluster: Cluster, tmp_path: Path, isolation: str
) -> None:
    packages = tmp_path / "overlay"
    shutil.copytree(Path(autograder.__file__).parent, packages / "autograder")
    with (packages / "autograder" / "checking" / "values.py").open("a") as source:
        source.write("# edited\n")
    cluster.start_worker("edited", packages)
    edited = cluster.wait_for(3)["edited"]
    done = grade(handed_in, "--isolation", isolation, "--scheduler", cluster.address)
    assert done.returncode == 2
    assert f"worker {edited} has autograder {autograder.__version__}+" in done.stderr
