"""An IPython shell that runs notebook cells and captures nbformat outputs, with no kernel.

It runs inside the isolated process. Figures, tables and tracebacks come out as they would from
a kernel; everything is bounded in bytes.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterable
from typing import Any, cast

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.sandbox import warming

CUT = "output cut"  # what stands where it was, unless the judge says it in other words
ITEM = 250  # what each output costs beside its content, in bytes
FREE_ERRORS = 3  # shown even when there is no room left: they say why a cell stopped


class Outputs:
    """The outputs of one cell, in nbformat's form, cut at ``limit`` bytes with a ``notice``."""

    def __init__(self, limit: int, notice: str = CUT):
        self.notice = f"\n… ({notice})\n"
        self.limit, self.used, self.cut, self.errors = limit, 0, False, 0
        self.items: list[dict[str, Any]] = []

    def stream(self, name: str, text: str) -> None:
        last = self.items[-1] if self.items else {}
        if last.get("name") == name:
            if self._fits(_bytes(text)):
                last["parts"].append(text)
        elif self._fits(_bytes(text) + ITEM):
            self.items.append({"output_type": "stream", "name": name, "parts": [text]})

    def _fits(self, size: int) -> bool:
        """Take ``size`` bytes of the room that is left; say so once when there is not enough."""
        if size <= self.limit - self.used:
            self.used += size
            return True
        if not self.cut:
            self.items.append({"output_type": "stream", "name": "stderr", "parts": [self.notice]})
        self.cut = True
        return False

    def rich(self, kind: str, data: dict[str, str], **extra: Any) -> None:
        if self._fits(sum(map(_bytes, data.values())) + ITEM):
            self.items.append({"output_type": kind, "data": data, "metadata": {}, **extra})

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        lines = [line[:4_000] for line in traceback[:60]]
        self.errors += 1
        if self.errors > FREE_ERRORS and not self._fits(sum(map(_bytes, lines)) + ITEM):
            return
        self.items.append(
            {
                "output_type": "error",
                "ename": name[:200],
                "evalue": value[:2_000],
                "traceback": lines,
            }
        )

    def finished(self) -> list[dict[str, Any]]:
        for item in self.items:
            if "parts" in item:
                item["text"] = "".join(item.pop("parts"))
        return self.items


class _Stream(io.TextIOBase):
    """What ``print`` writes to while a cell runs."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, shell: GradingShell, name: str):
        self.shell, self.name = shell, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.shell.outputs.stream(self.name, text)
        return len(text)


class _Hook(DisplayHook):
    shell: GradingShell

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(
        self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None
    ) -> None:
        self.shell.outputs.rich(
            "execute_result",
            _texts(format_dict),
            execution_count=self.prompt_count,
        )

    def finish_displayhook(self) -> None:
        pass


class _Publisher(DisplayPublisher):
    shell: GradingShell

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        source: object = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_ignored: Any,
    ) -> None:
        if not update:
            self.shell.outputs.rich("display_data", _texts(data))

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.items.clear()


class _Compiler(CachingCompiler):
    """A compiler that parses once what it was just asked whether it is Python."""

    _parsed: tuple[str, Any] = ("", None)

    def is_python(self, source: str) -> bool:
        try:
            self._parsed = source, super().ast_parse(source, "<>")
        except Exception:
            return False
        return True

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> Any:
        (known, tree), self._parsed = self._parsed, ("", None)
        return tree if known == source else super().ast_parse(source, filename, symbol)


class _Transformers(TransformerManager):
    """Looks for magics only in what is not Python: that takes twice as long as parsing it."""

    def __init__(self, compiler: _Compiler):
        super().__init__()
        self._compiler, self._own = compiler, list(self.token_transformers)

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        if self.token_transformers == self._own and self._compiler.is_python("".join(lines)):
            return lines
        transformed: list[str] = super().do_token_transforms(lines)
        return transformed


class GradingShell(InteractiveShell):
    """A shell without history file, colours, GUI or exit."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)
    compiler_class = Type(_Compiler)

    def __init__(self, **kwargs: Any):
        self.outputs = Outputs(0)
        super().__init__(**kwargs)
        self.input_transformer_manager = _Transformers(cast(_Compiler, self.compile))

    def enable_gui(self, gui: str | None = None) -> None:
        """Figures are inline: there is no event loop to start."""

    def _tee(self, channel: str) -> Any:
        """IPython keeps a copy of all that is printed, without bound: nobody reads it here."""
        return contextlib.nullcontext()

    def _format_exception_for_storage(self, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        """IPython formats each traceback a second time for a history that nobody reads here."""
        return {}

    def should_run_async(
        self, raw_cell: str, *, transformed_cell: str | None = None, **said: Any
    ) -> bool:
        """IPython compiles every cell once more to find out; most say nothing of the kind."""
        maybe = any(word in (transformed_cell or "") for word in ("await", "async"))
        return maybe and super().should_run_async(
            raw_cell, transformed_cell=transformed_cell, **said
        )

    def ask_exit(self) -> None:
        """``exit()`` and ``quit()`` end nothing here."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: Iterable[str]) -> None:
        self.outputs.error(getattr(etype, "__name__", str(etype)), _text(evalue), list(stb))

    def run(self, source: str, limit: int, notice: str = CUT) -> dict[str, Any]:
        """Run one cell; its outputs, its error's name if any, and whether output was cut."""
        self.outputs = Outputs(limit, notice)
        saved = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Stream(self, "stdout"), _Stream(self, "stderr")
        try:
            result = self.run_cell(source, store_history=True)
        finally:
            sys.stdout, sys.stderr = saved
        error = result.error_before_exec or result.error_in_exec
        return {
            "outputs": self.outputs.finished(),
            "count": self.execution_count - 1,
            "error": type(error).__name__ if error is not None else None,
            "cut": self.outputs.cut,
        }


def _text(value: Any) -> str:
    try:
        return str(value)
    except BaseException:
        return "<exception str() failed>"  # as Python says it


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _texts(data: dict[str, Any]) -> dict[str, str]:
    """The forms of an output that are text; bytes (PNG) as base64, as in a notebook file."""
    import base64

    plain = {}
    for mime, value in data.items():
        if isinstance(value, bytes):
            value = base64.b64encode(value).decode("ascii")
        if isinstance(value, str):
            plain[str(mime)] = value
    return plain


def plain_config() -> Config:
    """What a shell is made with: no history file, no colours."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    return config


def make_shell(imported: Iterable[str] = ()) -> GradingShell:
    """The one shell, made before the fork, ready for what a course's notebooks import.

    Where they import Matplotlib, figures are shown inline from the start; elsewhere that begins
    when a submission imports it (``MPLBACKEND`` says so), drawn in Matplotlib's own way.
    """
    imported = tuple(imported)
    shell = GradingShell.instance(config=plain_config())
    if "matplotlib" in warming.libraries(imported):
        with contextlib.suppress(Exception):  # without Matplotlib there are no figures to show
            shell.enable_matplotlib("inline")
        with contextlib.suppress(Exception):  # nor without these: Matplotlib's own are slower
            from autograder.sandbox import figures

            figures.install(shell)
    _warm_up(shell, warming.first_uses(imported))
    return shell


TIMES = 4  # Python specialises what runs often: before the fork it does so once for all


def _warm_up(shell: GradingShell, sources: list[str]) -> None:
    """Pay once for what first use costs."""
    before = set(shell.user_ns)
    for _ in range(TIMES):
        for source in sources:
            shell.run(source, 0)
    for name in set(shell.user_ns) - before:
        del shell.user_ns[name]
    history = shell.history_manager
    assert history is not None  # there is one, though it is not enabled
    history.reset(new_session=False)
    shell.user_ns.update(In=history.input_hist_parsed, Out={})
    shell.execution_count = 1
    shell.outputs = Outputs(0)
