"""The demo's checks, and one that ends the judge's own process for who defines `veneno`."""

import os
import signal

from demo_checks import *  # noqa: F403
from numpy.random import Generator

from autograder.checking import Student, check


@check("nota-autotest", points=0)
def ends_its_worker(student: Student, rng: Generator) -> None:
    """Un corrector que se queda sin memoria."""
    if student.has("veneno"):
        os.kill(os.getpid(), signal.SIGKILL)
