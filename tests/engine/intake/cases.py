"""The corpus: one call a case, saying what it is, how it is made and what must happen.

Each case is one student's folder for one assignment of the course in ``course.py``. ``case`` takes
its name, the files (paths to bytes, or to what makes them at a path), and what must come out.
"""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import disorders

from intake.course import CARD, FULL, answered, as_bytes, other, pair, released

#: The bytes of a file, or what makes something at its path.
Content = bytes | Callable[[Path], object]
MIB = 2**20


@dataclass(frozen=True)
class Case:
    """One student's folder, and what must become of it.

    Attributes:
        flags: how some of its flags begin; where there are none, it must have none at all.
        queued: whether a person is asked to mark the answer in words.
        fates: what must become of some of its files.
        aged: files that were last changed so many seconds ago.
    """

    name: str
    files: Mapping[str, Content]
    score: float
    flags: tuple[str, ...] = ()
    status: str = "graded"
    queued: bool = True
    assignment: str = "demo"
    fates: Mapping[str, str] = field(default_factory=dict)
    aged: Mapping[str, int] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Make the folder."""
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                content(path)
            if not path.is_symlink() and path.is_file():
                when = 1_700_000_000 - self.aged.get(name, 0)
                os.utime(path, (when, when))


CASES: dict[str, Case] = {}


def case(name: str, files: Mapping[str, Content], score: float, *flags: str, **more: Any) -> None:
    assert name not in CASES
    CASES[name] = Case(name, files, score, flags, **more)


RIGHT = as_bytes(answered())
ENDED = {"score": 0, "queued": False}

# --- which file is the notebook -------------------------------------------------------------

case("the right name", {"demo.ipynb": RIGHT, "CARD.md": CARD}, FULL, fates={"demo.ipynb": "graded"})
RENAMED = {
    "a browser's number": "demo (1).ipynb",
    "a drive's copy": "Copia de demo.ipynb",
    "a system's copy": "demo - copia.ipynb",
    "an underscore and a number": "demo_1.ipynb",
    "capitals": "DEMO.IPYNB",
    "txt after it": "demo.ipynb.txt",
    "json after it": "demo.ipynb.json",
    "a number after it": "demo.ipynb (1)",
    "its extension twice": "demo.ipynb.ipynb",
    "json instead": "demo.json",
    "no extension": "demo",
    "another name altogether": "mi trabajo final.ipynb",
    "a decomposed name": "n\u0303andu\u0301.ipynb",
    "bytes for a name": os.fsdecode(b"tarea-\xe9.ipynb"),
    "one folder down": "entrega/demo.ipynb",
    "three folders down and renamed": "a/b/c/demo (2).ipynb",
}
for what, file in RENAMED.items():
    case(f"name: {what}", {file: RIGHT, "CARD.md": CARD}, FULL, "notebook-renamed")

WRONG = as_bytes(answered(square="def square(x):\n    return -x"))
case(
    "two, one with the right name",
    {"demo.ipynb": RIGHT, "demo (1).ipynb": WRONG, "CARD.md": CARD},
    FULL,
    "file-left: demo (1).ipynb",
    aged={"demo.ipynb": 500},
    fates={"demo (1).ipynb": "set-aside"},
)
for newest, score in (("demo (2).ipynb", FULL), ("demo (1).ipynb", FULL - 3)):
    case(
        f"two renamed, {newest} the newest",
        {"demo (1).ipynb": WRONG, "demo (2).ipynb": RIGHT, "CARD.md": CARD},
        score,
        f"notebook-renamed: {newest}",
        "file-left",
        aged={each: 500 for each in ("demo (1).ipynb", "demo (2).ipynb") if each != newest},
    )
case(
    "two, the right name untouched",
    {"demo.ipynb": as_bytes(released()), "demo (1).ipynb": RIGHT, "CARD.md": CARD},
    FULL,
    "notebook-renamed: demo (1).ipynb",
    "file-left: demo.ipynb",
)
for what, content in {
    "another assignment's": as_bytes(other()),
    "an empty file": b"",
    "half a file": RIGHT[: len(RIGHT) // 2],
    "a notebook of nothing": as_bytes({"nbformat": 4, "cells": []}),
}.items():
    case(
        f"the right name is {what}, another holds it",
        {"demo.ipynb": content, "demo (1).ipynb": RIGHT, "CARD.md": CARD},
        FULL,
        "notebook-renamed",
    )
case(
    "a checkpoint beside it",
    {
        "demo.ipynb": RIGHT,
        "CARD.md": CARD,
        ".ipynb_checkpoints/demo-checkpoint.ipynb": WRONG,
    },
    FULL,
    fates={".ipynb_checkpoints/demo-checkpoint.ipynb": "set-aside"},
)

# --- there is none --------------------------------------------------------------------------

MISSING = {"status": "missing", "queued": False}
case("nothing", {}, 0, "notebook-missing", **MISSING)
for what, (file, content) in {
    "a compressed file": ("entrega.zip", b"PK\3\4"),
    "an export": ("demo.html", b"<html>"),
    "a script": ("demo.py", b"print(1)"),
    "another assignment's": ("demo (1).ipynb", as_bytes(other())),
    "another assignment's, by name": ("demo.ipynb", as_bytes(other())),
    "a checkpoint": (".ipynb_checkpoints/demo-checkpoint.ipynb", RIGHT),
    "a notebook of nobody's": ("notas.ipynb", as_bytes({"nbformat": 4, "cells": []})),
}.items():
    case(f"instead: {what}", {file: content}, 0, "notebook-missing", "found-instead", **MISSING)

# --- it cannot be read ----------------------------------------------------------------------

INVALID = {"status": "invalid", "queued": False}
for what, content in {
    "empty": b"",
    "half of it": RIGHT[: len(RIGHT) // 2],
    "no JSON": b"#!/bin/sh\n",
    "a list": b"[]",
    "without cells": b'{"nbformat": 4}',
}.items():
    case(f"broken: {what}", {"demo.ipynb": content}, 0, "notebook-invalid", **INVALID)
    case(f"broken, renamed: {what}", {"demo (1).ipynb": content}, 0, "notebook-invalid", **INVALID)
for what, make in {
    "a neighbour's": lambda path: path.symlink_to("../../the right name/demo/demo.ipynb"),
    "a password file": lambda path: path.symlink_to("/etc/passwd"),
    "a folder": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path),
}.items():
    case(f"not a file: {what}", {"demo.ipynb": make}, 0, "file-rejected", **INVALID)
case(
    "a link beside it",
    {"demo.ipynb": RIGHT, "CARD.md": CARD, "x": lambda path: path.symlink_to("/etc/passwd")},
    FULL,
    "file-rejected: x",
    fates={"x": "set-aside"},
)

# --- how it is written ----------------------------------------------------------------------

ACCENTS = json.dumps(answered(why="La media se corrió: ñandú."), ensure_ascii=False)
for what, content in {
    "a byte order mark": codecs.BOM_UTF8 + RIGHT,
    "UTF-16": ACCENTS.encode("utf-16"),
    "UTF-16 without a mark": ACCENTS.encode("utf-16-le"),
    "UTF-32": ACCENTS.encode("utf-32"),
    "Windows' own": ACCENTS.encode("cp1252"),
    "Windows' line ends": json.dumps(answered(), indent=1).replace("\n", "\r\n").encode(),
    "half a surrogate pair": RIGHT.replace(b"Because", b"\\ud83d Because"),
    "half a surrogate pair, raw": RIGHT.replace(b"Because", b"\xed\xa0\xbd Because"),
}.items():
    case(f"written in {what}", {"demo.ipynb": content, "CARD.md": CARD}, FULL)


def with_outputs(*outputs: Any, **metadata: Any) -> bytes:
    made = answered()
    made["cells"][1]["outputs"] = [*outputs]
    made["metadata"] |= metadata
    return json.dumps(made).encode()


PICTURE = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 9 * MIB}}
DEEP = {**PICTURE, "data": {"application/json": json.loads("[" * 200 + "]" * 200)}}
for what, content in {
    "nine megabytes of outputs": with_outputs(PICTURE),
    "deep outputs": with_outputs(DEEP),
    "outputs that are none": with_outputs(1, None, "x"),
    "five megabytes of widgets": with_outputs(widgets={"state": "A" * 5 * MIB}),
}.items():
    case(f"with {what}", {"demo.ipynb": content, "CARD.md": CARD}, FULL)
case(
    "with seventeen megabytes of text",
    {"demo.ipynb": as_bytes(answered(why="x" * 17 * MIB))},
    0,
    "notebook-invalid",
    **INVALID,
)

# --- files that a check asks for ------------------------------------------------------------

for what, file in {
    "in small letters": "card.md",
    "a browser's number": "CARD (1).md",
    "a drive's copy": "Copia de CARD.md",
    "txt after it": "CARD.md.txt",
    "an underscore and a number": "CARD_1.md",
    "one folder down": "docs/CARD.md",
    "capitals at the end": "Card.MD",
}.items():
    case(
        f"card: {what}",
        {"demo.ipynb": RIGHT, file: CARD},
        FULL,
        f"file-renamed: {file}",
        fates={file: "graded"},
    )
case("card: none", {"demo.ipynb": RIGHT}, FULL - 1)
case(
    "card: two renamed",
    {"demo.ipynb": RIGHT, "card.md": CARD, "CARD (1).md": b"old"},
    FULL,
    "file-renamed: card.md",
    "file-left: CARD (1).md",
    aged={"CARD (1).md": 500},
)
case(
    "card: a link",
    {"demo.ipynb": RIGHT, "CARD.md": lambda path: path.symlink_to("/etc/passwd")},
    FULL - 1,
    "file-rejected: CARD.md",
)
case(
    "card: too large, renamed",
    {"demo.ipynb": RIGHT, "card.md": b"x" * 2 * MIB},
    FULL - 1,
    "file-rejected: card.md",
)
case(
    "litter",
    {
        "demo.ipynb": RIGHT,
        "CARD.md": CARD,
        ".DS_Store": b"x",
        "__MACOSX/._demo.ipynb": b"x",
        "Thumbs.db": b"x",
    },
    FULL,
    fates={".DS_Store": "set-aside", "__MACOSX/._demo.ipynb": "set-aside"},
)
case(
    "a hundred pictures before it",
    {**{f"a/{n}.png": b"x" for n in range(100)}, "z/demo.ipynb": RIGHT, "CARD.md": CARD},
    FULL,
    "notebook-renamed",
    "file-rejected",
)
case("untouched", {"demo.ipynb": as_bytes(released()), "CARD.md": CARD}, 1, queued=False)

# --- cells ----------------------------------------------------------------------------------

#: Where the code cannot give its points: the stub that follows it stands.
STUB_FOLLOWS = ("in a new cell above",)
UNFLAGGED = (
    "as it should be",
    "with Windows' line ends",
    disorders.SPACES,
    "square type changed to code",
    "square split in two",
    "why type changed to markdown",
    "why merged with the cell below",
    "why merged with the cell above",
)
for what, change in disorders.ALL.items():
    for answer in ("square", "why"):
        made = answered(**{answer: None})
        at = next(
            number
            for number, cell in enumerate(made["cells"])
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == answer
        )
        text = "two = 2\nsquare = lambda x: x**two" if answer == "square" else "One.\nTwo."
        change(made["cells"], at, text)
        lost = 3 if answer == "square" and what in STUB_FOLLOWS else 0
        case(
            f"{answer}: {what}",
            {"demo.ipynb": as_bytes(made), "CARD.md": CARD},
            FULL - lost,
            *(() if what in UNFLAGGED or f"{answer} {what}" in UNFLAGGED else ("",)),
        )

# --- two notebooks in one assignment --------------------------------------------------------

FIRST, SECOND = (as_bytes(each) for each in pair())
PAIR = {"assignment": "pair", "queued": False}
case("pair: both", {"first.ipynb": FIRST, "second.ipynb": SECOND}, 2, **PAIR)
case(
    "pair: each under the other's name",
    {"first.ipynb": SECOND, "second.ipynb": FIRST},
    2,
    "notebook-renamed",
    **PAIR,
)
case("pair: both renamed", {"a.ipynb": SECOND, "b.ipynb": FIRST}, 2, "notebook-renamed", **PAIR)
case(
    "pair: one",
    {"first (1).ipynb": FIRST},
    1,
    "notebook-missing: second",
    **{**PAIR, "status": "missing"},
)
both = pair()[0]
both["cells"] += [{**cell, "id": f"x{n}"} for n, cell in enumerate(pair()[1]["cells"])]
case("pair: both in one", {"first.ipynb": as_bytes(both)}, 2, "notebook-renamed", **PAIR)
