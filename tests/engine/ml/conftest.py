"""The cards of the corpus are in Spanish, and so is what is said of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.messages import using


@pytest.fixture(autouse=True, scope="module")
def spanish() -> Iterator[None]:
    with using("es"):
        yield
