"""Every bound on what a submission may use, in one place.

Defaults suit a class notebook with wide margins. Each can be set with an environment variable
``AUTOGRADER_<NAME>`` (for example ``AUTOGRADER_CELL_SECONDS=60``) and is listed by
``autograder doctor``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from autograder import UserError

MIB = 2**20


class LimitError(UserError):
    """A limit was set to something that is not a positive number."""


@dataclass(frozen=True)
class Limits:
    """Bounds in seconds, bytes and counts."""

    # what is read from a submission
    notebook_bytes: int = 64 * MIB
    notebook_values: int = 4_000_000
    cells_bytes: int = 16 * MIB
    card_bytes: int = 1 * MIB
    file_bytes: int = 32 * MIB
    submission_bytes: int = 64 * MIB
    files: int = 64
    cells: int = 400
    notebook_depth: int = 32
    # time
    cell_seconds: float = 30.0
    call_seconds: float = 20.0
    submission_seconds: float = 120.0
    start_seconds: float = 120.0
    # what comes out
    cell_output_bytes: int = 2 * MIB
    submission_output_bytes: int = 16 * MIB
    message_bytes: int = 80 * MIB
    # what runs
    processes: int = 32
    memory_bytes: int = 2048 * MIB
    sandbox_memory_bytes: int = 3072 * MIB
    cpu_seconds: int = 120
    disk_bytes: int = 96 * MIB
    open_files: int = 256

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Limits:
        """The defaults, changed by AUTOGRADER_* variables; LimitError names a bad one."""
        environment = os.environ if environment is None else environment
        changed = {}
        for each in fields(cls):
            text = environment.get(f"AUTOGRADER_{each.name.upper()}")
            if text is None:
                continue
            try:
                value = type(getattr(cls, each.name))(text)
            except ValueError:
                raise LimitError(f"AUTOGRADER_{each.name.upper()}={text}: not a number") from None
            if value <= 0:
                raise LimitError(f"AUTOGRADER_{each.name.upper()}={text}: must be positive")
            changed[each.name] = value
        return cls(**changed)

    def as_dict(self) -> dict[str, float]:
        return asdict(self)
