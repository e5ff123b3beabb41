"""What a Python source reads, told from its text: the modules that it imports, the files it names.

Nothing is imported or run: whoever dispatches work has no time for it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_FILE_NAME = re.compile(r"[\w.-]+(/[\w.-]+)*\.[A-Za-z]\w{0,9}")


def importing(module: Path, folders: Sequence[Path]) -> tuple[Path, ...]:
    """``module`` and every module in ``folders`` that it imports, directly or not; sorted.

    A package counts with all the modules in it. Nothing where ``module`` does not exist or is not
    Python.
    """
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        path = waiting.pop()
        if path in found or path.suffix != ".py" or not path.is_file():
            continue
        found.add(path)
        beside = (path.parent, *folders)
        for name in imports(path.read_bytes()):
            top = name.partition(".")[0]
            waiting += [each for folder in beside for each in _modules(folder, top)]
    return tuple(sorted(found))


def imports(source: str | bytes) -> Iterator[str]:
    """The dotted name of every module that a source imports; nothing if it is not Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)


def named_files(source: str | bytes) -> Iterator[str]:
    """Every text in a source that is the name of a file; nothing if it is not Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and _FILE_NAME.fullmatch(text):
            yield text


def _modules(folder: Path, name: str) -> Iterator[Path]:
    """The files of the module or package ``name`` in ``folder``."""
    if (folder / f"{name}.py").is_file():
        yield folder / f"{name}.py"
    elif (folder / name / "__init__.py").is_file():
        yield from (folder / name).rglob("*.py")


def mentions(texts: Iterable[str], name: str) -> bool:
    """Whether any of ``texts`` names the file ``name`` (and not one whose name ends so)."""
    for text in texts:
        start = text.find(name)
        while start >= 0:
            before, after = text[start - 1 : start], text[start + len(name) : start + len(name) + 1]
            if not (before.isalnum() or (before in "_-." and before)) and not after.isalnum():
                return True
            start = text.find(name, start + 1)
    return False
