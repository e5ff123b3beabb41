"""Figures as PNG in one drawing, where Matplotlib lets us: a faster way to the same picture.

What it knows of Matplotlib's inside may change with a release: whatever fails here leaves the
figure to IPython's own way of printing it. A picture may then look different; no mark depends on
one. It runs inside the isolated process.
"""

from __future__ import annotations

import contextlib
import functools
import struct
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MARGINS = {"bottom": 0.2, "right": 0.96, "top": 0.86, "wspace": 0.3, "hspace": 0.5}
LEFT = (0.2, 0.14)  # of one plot, which may have names for ticks; of several side by side
WIDE = {"left": 0.36, "bottom": 0.28}  # tried next: long names, a legend below
TICKS = 5  # intervals between them, at most
BEYOND = (150, 50)  # pixels for what goes beyond the right and the top
BORDER = 10  # white pixels around it: wider than the space between two letters
WHITE = 0xFFFFFFFF


def install(shell: InteractiveShell) -> None:
    """Figures as PNG in one drawing: that is most of what a notebook's cells cost.

    An automatic layout draws every figure twice, a tight box around it three times. Here axes get
    room by a fixed rule, and the picture is cut around what was drawn. Most of a drawing is ticks:
    where nobody chose them there are fewer.
    """
    from IPython.core.pylabtools import print_figure
    from matplotlib import rcParams
    from matplotlib.figure import Figure
    from matplotlib.ticker import AutoLocator

    rcParams["text.hinting"], rcParams["text.hinting_factor"] = "none", 1  # a fifth of a drawing

    def png(figure: Figure) -> str:
        drawn = None
        with contextlib.suppress(Exception):
            drawn = _drawn_once(figure)
        return drawn or print_figure(figure, "png", bbox_inches="tight", base64=True)

    def _drawn_once(figure: Figure) -> str | None:
        for axes in figure.axes:
            for locator in (axes.xaxis.get_major_locator(), axes.yaxis.get_major_locator()):
                if type(locator) is AutoLocator:
                    locator.set_params(nbins=TICKS)
        if not any(map(_labelled_above, figure.axes)):
            for axes in figure.axes:
                # else each title looks for labels above it
                axes._autotitlepos = False  # type: ignore[attr-defined]  # private to Matplotlib
        drawn = None
        if figure.get_layout_engine() is not None:
            figure.set_layout_engine("none")
            beside = len({axes.get_position().x0 for axes in figure.axes}) > 1
            figure.subplots_adjust(left=LEFT[beside], **MARGINS)
            drawn = _cropped(figure)
            if drawn is None:
                figure.subplots_adjust(**WIDE)
        return drawn or _cropped(figure)

    assert shell.display_formatter is not None  # every shell has one
    shell.display_formatter.formatters["image/png"].for_type(Figure, png)


def _something_beyond(figure: Any, renderer: Any) -> bool:
    """Whether what its author may have put anywhere is where the renderer cannot draw."""
    loose = [*figure.texts, *figure.legends]
    for axes in figure.axes:
        loose += [*axes.texts, *axes.tables, *axes.artists, axes.get_legend()]
    shown = [each for each in loose if each is not None and each.get_visible()]
    return any(
        min(box.x0, box.y0) < 0 or box.x1 > renderer.width or box.y1 > renderer.height
        for box in (each.get_window_extent(renderer) for each in shown)
    )


def _labelled_above(axes: Any) -> bool:
    return bool(axes.child_axes) or axes.xaxis.get_ticks_position() != "bottom"


def _cropped(figure: Any) -> str | None:
    """The figure and what goes a little beyond its right and top edges; None if more is cut."""
    import base64

    import numpy as np

    width, height = figure.canvas.get_width_height()
    renderer = _renderer()(width + BEYOND[0], height + BEYOND[1], figure.dpi)
    pixels = np.asarray(renderer.buffer_rgba())
    pixels[:] = 255
    figure.draw(renderer)
    ink = pixels.view(np.uint32)[..., 0] != WHITE
    if ink[-BORDER:].any() or ink[:, :BORDER].any() or not ink.any():
        return None
    if _something_beyond(figure, renderer):
        return None
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    top, left = max(rows[0] - BORDER, 0), max(columns[0] - BORDER, 0)
    kept = pixels[top : rows[-1] + BORDER, left : columns[-1] + BORDER, :3]
    return base64.b64encode(_as_png(kept)).decode("ascii")


@functools.cache
def _renderer() -> type:
    """Agg's renderer, but a text without an angle is one picture and not one for each letter."""
    from matplotlib.backends.backend_agg import RendererAgg, get_hinting_flag

    class Renderer(RendererAgg):
        def draw_text(
            self,
            gc: Any,
            x: float,
            y: float,
            s: str,
            prop: Any,
            angle: float,
            ismath: Any = False,
            mtext: Any = None,
        ) -> None:
            if ismath or angle:
                super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
                return
            font = self._prepare_font(prop)
            font.set_text(s, 0.0, flags=get_hinting_flag())
            font.draw_glyphs_to_bitmap(antialiased=gc.get_antialiased())
            right, down = font.get_bitmap_offset()
            place = round(x + right / 64), round(y + (down + font.get_descent()) / 64) + 1
            self._renderer.draw_text_image(font.get_image(), *place, 0, gc)

    return Renderer


def _as_png(pixels: Any) -> bytes:
    """RGB pixels, shape (height, width, 3), as a PNG whose rows are not filtered (W3C PNG, 11.2).

    Libraries try five filters on each row of colours, which takes five times as long.
    """
    import numpy as np

    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each begins with its filter: 0, none
    for channel in range(3):
        rows[:, 1 + channel :: 3] = pixels[..., channel]
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # 8 bits a channel, RGB
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.data, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
