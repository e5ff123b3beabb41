"""Texts with figures to print: `«recall genero=F 2»` stands for women's recall, two decimals.

A mark is `«metric[:average] group format»`: the group is `factor=level`, two joined by `&`, a
range `edad<30`, or `-` for the whole set; the format is the number of decimals, with `,` for a
decimal comma, `%` for a percentage, `p` for one without its sign, `i` for a count (`i.` with
thousands).
"""

from __future__ import annotations

import re

from autograder.ml.model_card import Truth
from autograder.ml.model_card.groups import Group, Interval, Level
from autograder.ml.model_card.metrics import Metric

_MARK = re.compile(r"«(\w+)(?::([\w:]+))? (\S+) (\S+)»")


def fill(text: str, truth: Truth) -> str:
    """`text` with every mark replaced by the figure that `truth` gives."""
    return _MARK.sub(lambda mark: _print(truth, *mark.groups()), text)


def marks(text: str) -> int:
    """How many figures a phrase prints."""
    return len(_MARK.findall(text))


def _print(truth: Truth, metric: str, average: str | None, group: str, shape: str) -> str:
    value = truth.values(Metric(metric, average or ""), _group(group))[0]
    if shape.startswith("i"):
        return f"{value:,.0f}".replace(",", ".") if shape == "i." else f"{value:.0f}"
    decimals = int(shape[0])
    scaled = 100 * value if "%" in shape or "p" in shape else value
    printed = f"{scaled:.{decimals}f}" + (" %" if "%" in shape else "")
    return printed.replace(".", ",") if "," in shape else printed


def _group(text: str) -> Group:
    if text == "-":
        return ()
    return tuple(_part(piece) for piece in text.split("&"))


def _part(text: str) -> Level | Interval:
    if hit := re.fullmatch(r"(\w+)(<|>=)(\d+)", text):
        end = (float(hit[3]), hit[2] == ">=")
        return Interval(hit[1], *((None, end) if hit[2] == "<" else (end, None)))
    factor, _, level = text.partition("=")
    return Level(factor, level)
