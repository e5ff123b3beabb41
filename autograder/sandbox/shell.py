"""An IPython shell that runs notebook cells and captures nbformat outputs, with no kernel.

It runs inside the isolated process. Figures, tables and tracebacks come out as they would from
a kernel; everything is bounded in bytes.
"""

from __future__ import annotations

import io
import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

CUT = "\n… (salida recortada)\n"


class Outputs:
    """The outputs of one cell, in nbformat's form, cut at ``limit`` bytes."""

    def __init__(self, limit: int):
        self.limit, self.used, self.cut = limit, 0, False
        self.items: list[dict[str, Any]] = []

    def stream(self, name: str, text: str) -> None:
        room = self.limit - self.used
        if len(text) > room:
            if not self.cut:
                self._append_text("stderr", CUT)
            self.cut = True
            return
        self.used += len(text)
        self._append_text(name, text)

    def _append_text(self, name: str, text: str) -> None:
        last = self.items[-1] if self.items else None
        if last and last["output_type"] == "stream" and last["name"] == name:
            last["parts"].append(text)
        else:
            self.items.append({"output_type": "stream", "name": name, "parts": [text]})

    def rich(self, kind: str, data: dict, metadata: dict, **extra: Any) -> None:
        size = sum(len(value) for value in data.values() if isinstance(value, (str, bytes)))
        if size > self.limit - self.used:
            self._append_text("stderr", CUT)
            self.cut = True
            return
        self.used += size
        self.items.append({"output_type": kind, "data": data, "metadata": metadata, **extra})

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        lines = [line[:4_000] for line in traceback[:60]]
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
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self.shell.outputs.rich(
            "execute_result",
            _jsonable(format_dict),
            md_dict or {},
            execution_count=self.prompt_count,
        )

    def finish_displayhook(self) -> None:
        pass


class _Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, *, transient=None, update=False, **_ignored) -> None:
        if not update:
            self.shell.outputs.rich("display_data", _jsonable(data), metadata or {})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.items.clear()


class GradingShell(InteractiveShell):
    """A shell without history file, colours, GUI or exit."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def __init__(self, **kwargs: Any):
        self.outputs = Outputs(0)
        super().__init__(**kwargs)

    def enable_gui(self, gui: str | None = None) -> None:
        """Figures are inline: there is no event loop to start."""

    def ask_exit(self) -> None:
        """``exit()`` and ``quit()`` end nothing here."""

    def _showtraceback(self, etype, evalue, stb) -> None:
        self.outputs.error(getattr(etype, "__name__", str(etype)), _text(evalue), list(stb))

    def run(self, source: str, limit: int) -> dict[str, Any]:
        """Run one cell; its outputs, its error's name if any, and whether output was cut."""
        self.outputs = Outputs(limit)
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
        return "<sin texto>"


def _jsonable(data: dict) -> dict[str, Any]:
    """Bytes (PNG) as base64 text, as in a notebook file; only text and JSON remain."""
    import base64

    plain = {}
    for mime, value in data.items():
        if isinstance(value, bytes):
            value = base64.b64encode(value).decode("ascii")
        if isinstance(value, (str, dict, list)):
            plain[str(mime)] = value
    return plain


def make_shell() -> GradingShell:
    """The one shell, with inline figures, made before the fork."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = GradingShell.instance(config=config)
    shell.enable_matplotlib("inline")
    _draw_once(shell)
    _warm_up(shell)
    return shell


def _draw_once(shell: GradingShell) -> None:
    """Figures as PNG in as few passes as look the same: drawing is most of what a cell costs.

    A layout engine and a tight bounding box each draw the figure again. With one pair of axes the
    box alone does; with several the layout alone does.
    """
    from IPython.core.pylabtools import print_figure
    from matplotlib.figure import Figure

    def png(figure: Figure) -> str:
        single = len(figure.axes) <= 1
        if single:
            figure.set_layout_engine("none")
        with matplotlib.rc_context({"savefig.bbox": "standard"}):
            box = "tight" if single or figure.get_layout_engine() is None else None
            return print_figure(figure, "png", bbox_inches=box, base64=True)

    import matplotlib

    shell.display_formatter.formatters["image/png"].for_type(Figure, png)


WARM_UP = """
import io, matplotlib.pyplot as plt, pandas as pd
figure, (left, right) = plt.subplots(1, 2, figsize=(4, 2))
left.plot([1, 2], label="$x_i$"); left.legend(); left.set(title="Título", xlabel="x", ylabel="y")
right.bar(["a", "b"], [1, 2]); right.hist([1, 2, 3]); right.set_xticks([0, 1], ["a", "b"])
right.annotate("a", (0, 1)); right.axhline(1); right.text(0, 1, "a", fontweight="bold")
figure.tight_layout()
figure.savefig(io.BytesIO(), format="png")
plt.close("all")
frame = pd.read_csv(io.StringIO("a,b\\n1,x\\n2,y\\n"))
frame.groupby("b")["a"].mean(); pd.cut(frame["a"], 2).value_counts()
pd.get_dummies(frame); frame._repr_html_(); repr(frame); frame.describe()
1 / 0
"""


def _warm_up(shell: GradingShell) -> None:
    """Pay once for what first use costs: fonts, parsers, formatters, tracebacks.

    No scikit-learn here, nor anything else that starts OpenMP: its threads do not survive a fork.
    """
    shell.run(WARM_UP, 0)
    for name in ("io", "plt", "pd", "figure", "left", "right", "frame"):
        shell.user_ns.pop(name, None)
    shell.history_manager.reset(new_session=False)
    shell.user_ns.update(In=shell.history_manager.input_hist_parsed, Out={})
    shell.execution_count = 1
    shell.outputs = Outputs(0)
