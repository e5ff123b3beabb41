"""Loading an assignment's checks from a folder, with the modules beside them that they import.

Two assignments, or two courses, may each have a ``checks.py`` and a ``helpers.py``: every folder's
modules get names of their own, and an import finds the folder's first, whenever it is run.
"""

from __future__ import annotations

import builtins
import hashlib
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.text import printable

FAULT = 300  # characters of an error that an instructor is shown
_LOADING = threading.RLock()


def load(path: Path) -> ModuleType:
    """The module in ``path``, loaded once; what its folder and the one above hold, it can import.

    Raises:
        Exception: whatever the module raises while it is imported.
    """
    path = path.resolve()
    with _LOADING:
        return _Folder.of(path.parent).module(path.stem, path)


def fault_in(folder: Path, error: BaseException) -> str:
    """What an error of a course's own code is, and which line of ``folder`` it went through last.

    Such as ``solutions/first/checks.py:41: ZeroDivisionError: division by zero``; without a place
    where it went through no file of the folder.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = [(frame.filename, frame.lineno) for frame in frames]
    if isinstance(error, SyntaxError):
        places.append((error.filename or "", error.lineno))
    inside = [(Path(name), line) for name, line in places if Path(name).is_relative_to(folder)]
    where = [f"{path.relative_to(folder)}:{line}: " for path, line in inside[-1:]]
    return printable("".join([*where, f"{type(error).__name__}: {error}"]), FAULT)


class _Folder:
    """The modules of one folder of checks, under names that no other folder's have."""

    _known: dict[Path, _Folder] = {}

    def __init__(self, folder: Path):
        self.places = (folder, folder.parent)
        self.prefix = f"checks_{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
        self.builtins = {**vars(builtins), "__import__": self._import}

    @classmethod
    def of(cls, folder: Path) -> _Folder:
        return cls._known.setdefault(folder, cls(folder))

    def module(self, name: str, path: Path) -> ModuleType:
        """The module ``name`` of this folder, run if it has not been yet."""
        known = f"{self.prefix}.{name}"
        if known in sys.modules:
            return sys.modules[known]
        module = ModuleType(known)
        module.__file__ = str(path)
        module.__dict__["__builtins__"] = self.builtins
        if path.name == "__init__.py":
            module.__path__ = [str(path.parent)]
        sys.modules[known] = module  # first: dataclasses and circular imports look for it
        try:
            # never optimized: a check's docstring is its title, whatever PYTHONOPTIMIZE says
            code = compile(path.read_bytes(), str(path), "exec", optimize=0)
            exec(code, module.__dict__)
        except BaseException:
            del sys.modules[known]
            raise
        parent, _, last = name.rpartition(".")
        if parent:
            setattr(sys.modules[f"{self.prefix}.{parent}"], last, module)
        return module

    def _import(
        self,
        name: str,
        globals: dict[str, Any] | None = None,
        locals: dict[str, Any] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> Any:
        """``__import__`` for these modules: their own folder before everything else."""
        inside = self._package(globals, level)
        full = f"{inside}.{name}".strip(".") if level else name
        with _LOADING:
            if level and not name:
                top = self._find(full) if full else None
                for wanted in fromlist:
                    self._find(f"{full}.{wanted}".strip("."))
                return top or self._siblings(fromlist)
            module = self._find(full)
            if module is None:
                return builtins.__import__(name, globals, locals, fromlist, level)
            for wanted in fromlist or ():
                if not hasattr(module, wanted):
                    self._find(f"{full}.{wanted}")
            return module if fromlist else self._find(full.partition(".")[0])

    def _package(self, globals: dict[str, Any] | None, level: int) -> str:
        """Which package of this folder a relative import starts from; empty: the folder itself."""
        name = str((globals or {}).get("__name__", "")).removeprefix(self.prefix).strip(".")
        steps = name.split(".") if name else []
        is_package = "__path__" in (globals or {})
        return ".".join(steps[: len(steps) - level + is_package]) if level else ""

    def _siblings(self, names: Sequence[str]) -> Any:
        """What ``from . import a, b`` reads its names from."""
        found = ModuleType(self.prefix)
        for name in names:
            module = self._find(name)
            if module is None:
                raise ImportError(f"there is no module {name!r} beside the checks")
            setattr(found, name, module)
        return found

    def _find(self, name: str) -> ModuleType | None:
        """The module of that dotted name, in this folder or the one above it; None elsewhere."""
        parent, _, last = name.rpartition(".")
        if parent and self._find(parent) is None:
            return None
        for place in self.places:
            base = place.joinpath(*name.split("."))
            for path in (base.with_name(f"{last}.py"), base / "__init__.py"):
                if path.is_file():
                    return self.module(name, path)
        return None
