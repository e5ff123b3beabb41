"""Small messages that would become large, slow or strange values: each within fixed means.

Memory is bounded in bytes; work, by what a large honest message costs this machine at that time.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import time
from functools import cache
from pathlib import Path

import pytest

from autograder.checking import as_float_array, as_number, describe, same
from autograder.sandbox import wire

P = 2**61 - 1  # Python hashes integers modulo this
ZEROS = 8_000_000
EMPTY = {"t": "a", "d": "<f8", "s": [0], "o": 0, "n": 0}
RANGE = {"t": "range", "v": [0, 0, 1]}


def tree(value) -> tuple[bytes, bytes]:
    return json.dumps(value).encode(), b"\0" * ZEROS


def array(dtype: str, *shape: int, n: int = 0) -> dict:
    return {"t": "a", "d": dtype, "s": list(shape), "o": 0, "n": n}


def integer(value: int) -> dict:
    return {"t": "int", "v": hex(value)}


FRAMES = {
    "brackets": lambda: (b"[" + b"[]," * 5_000_000 + b"[]]", b""),
    "braces": lambda: (b"[" + b"{}," * 5_000_000 + b"{}]", b""),
    "depth": lambda: (b"[" * 100_000 + b"]" * 100_000, b""),
    "digits": lambda: (b"[" + b"1" * 20_000_000 + b"]", b""),
    "exponent": lambda: (b"[1e" + b"9" * 5_000_000 + b"]", b""),
    "not JSON": lambda: (b"NaN" * 100 + b"\xff", b""),
    "keys that collide": lambda: tree(
        {"t": "d", "v": [[integer(k * P), 0] for k in range(100_000)]}
    ),
    "keys that collide, in tuples": lambda: tree(
        {"t": "d", "v": [[{"t": "t", "v": [integer(k * P)]}, 0] for k in range(100_000)]}
    ),
    "members that collide": lambda: tree({"t": "s", "v": [integer(k * P) for k in range(100_000)]}),
    "levels that collide": lambda: tree(
        {
            "t": "factor",
            "k": "cat",
            "c": array("<i4", 1, n=4),
            "l": [integer(k * P) for k in range(100_000)],
        }
    ),
    "one block, many arrays": lambda: tree([array("<f8", 10**6, n=ZEROS)] * 500),
    "texts of very different lengths": lambda: tree(
        {"t": "ao", "s": [20_001], "v": ["a"] * 20_000 + ["b" * 100_000]}
    ),
    "an endless axis": lambda: tree(array("<f8", 10**9, 0)),
    "an endless axis of objects": lambda: tree({"t": "ao", "s": [10**9, 0], "v": []}),
    "an endless range": lambda: tree({"t": "range", "v": [0, 10**15, 1]}),
    "dates in words": lambda: tree([{"t": "ts", "v": "January 3rd 2026 at 10:11pm"}] * 200_000),
    "many small tables": lambda: tree([{"t": "S", "v": EMPTY, "x": RANGE, "n": None}] * 100_000),
    "levels that are tuples": lambda: tree(
        {
            "t": "factor",
            "k": "cat",
            "c": array("<i4", 1, n=4),
            "l": [{"t": "t", "v": [1, 2]}, {"t": "t", "v": [1, 3]}],
        }
    ),
    "labels without order": lambda: (
        json.dumps({"t": "index", "v": array("<i8", 250_000, n=2_000_000), "n": None}).encode(),
        b"".join((i * 7_919 % 250_007 << 32).to_bytes(8, "little") for i in range(250_000)),
    ),
    "years out of range": lambda: tree({"t": "ts", "v": "99999-01-01"}),
    "durations without end": lambda: tree({"t": "td", "v": 1e300}),
    "columns that are not": lambda: tree({"t": "F", "c": [1], "v": [None], "x": RANGE}),
    "an array of objects": lambda: tree({"t": "a", "d": "|O8", "s": [1], "o": 0, "n": 8}),
}

MEMORY = 3 * 2**28
#: No message may cost as many times what the honest one does; what is quadratic costs hundreds.
TIMES = 60
#: Whatever has not ended by then never will.
CPU_SECONDS = 3_600


@cache
def honest() -> bytes:
    """A fifth of the values that a message may hold."""
    numbers = [number / 7 for number in range(25_000)]
    return wire.dumps({"pairs": list(zip(numbers, map(str, numbers), strict=True))})


def read_by_the_judge(frame: bytes) -> float:
    """What a check may do with what arrives; the CPU seconds that it took."""
    before = time.process_time()
    with contextlib.suppress(wire.WireError):
        value = wire.loads(frame)
        describe(value), as_number(value), as_float_array(value), same(value, [1, 2])
    return time.process_time() - before


def read_with_bounded_means(frame: bytes) -> bool:
    """Whether it is read with little memory and in little time, as this machine has it."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    memory = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    usual = read_by_the_judge(honest())
    taken = read_by_the_judge(frame)
    print(f"{taken / usual:.1f} times an honest message's {usual:.3f} s")
    return taken < TIMES * usual


@pytest.mark.parametrize("name", FRAMES)
def test_a_small_message_costs_little(name):
    header, block = FRAMES[name]()
    frame = wire.FRAME.pack(len(header), len(block)) + header + block
    honest()
    pid = os.fork()
    if pid == 0:
        little = False
        try:
            little = read_with_bounded_means(frame)
        finally:
            sys.stdout.flush()
            os._exit(0 if little else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_a_bool_is_true_or_false_and_nothing_else():
    header = json.dumps(array("|b1", 2, n=2)).encode()
    value = wire.loads(wire.FRAME.pack(len(header), 2) + header + b"\x00\xff")
    assert value.view("uint8").tolist() == [0, 1]
