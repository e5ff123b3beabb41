"""Formulas as MathML, which browsers draw by themselves: a page with formulas asks nobody for it.

The LaTeX is a student's. What becomes of it is a tree of known elements and attributes, written
anew here; a formula that gives another, or none, is shown as it was typed.
"""

from __future__ import annotations

import html
from functools import lru_cache
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element

#: Longer ones are shown as they are.
LONGEST = 2_000
REMEMBERED = 512
ELEMENTS = frozenset(
    "math mrow mi mn mo ms mtext mspace mstyle mfrac msqrt mroot msub msup msubsup munder mover "
    "munderover mmultiscripts mprescripts mtable mtr mtd mpadded mphantom menclose none".split()
)
ATTRIBUTES = frozenset(
    "display mathvariant displaystyle scriptlevel stretchy fence form separator accent "
    "accentunder movablelimits minsize maxsize lspace rspace width height depth voffset "
    "linethickness columnalign columnspacing rowspacing columnlines rowlines notation "
    "largeop symmetric".split()
)


@lru_cache(REMEMBERED)
def mathml(latex: str, is_block: bool) -> str:
    """A formula as MathML; as code where it cannot be one."""
    if len(latex) <= LONGEST:
        try:
            tree = convert_to_element(latex, display="block" if is_block else "inline")
            return _written(tree)
        except Exception:  # LaTeX of any kind, or too deep
            pass
    return f"<code>{html.escape(latex)}</code>"


def _written(tree: ElementTree.Element) -> str:
    """The tree as text. Raises ValueError when it holds what no formula has."""
    tree.attrib.pop("xmlns", None)  # HTML needs none
    for element in tree.iter():
        if element.tag not in ELEMENTS:
            raise ValueError(element.tag)
        element.attrib = {
            name: value for name, value in element.attrib.items() if name in ATTRIBUTES
        }
        for text in filter(None, (element.text, element.tail)):
            if len(text) > LONGEST:
                raise ValueError(text)
        element.text = html.unescape(element.text or "")  # it has entities where signs should be
        element.tail = None
    return ElementTree.tostring(tree, encoding="unicode", short_empty_elements=False)
