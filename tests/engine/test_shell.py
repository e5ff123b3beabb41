"""What the shell skips to be fast changes nothing of what a cell does in a notebook."""

from __future__ import annotations

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from autograder.sandbox.shell import _Compiler, _Transformers

CELLS = {
    "Python": "x = [1, 2]\nx[0] % 2",
    "a magic": "x = 1\n%matplotlib inline\nx",
    "a magic with its value": "x = %pwd\nx",
    "a magic of the whole cell": "%%capture salida\nprint(1)",
    "a magic inside a block": "if True:\n    %pwd",
    "a command": "!echo hola",
    "a command with its output": "x = !echo hola",
    "help": "len?",
    "what looks like a magic in a text": "'''\n%no\n!no\nno?\n'''",
    "what looks like a magic in an expression": "z = (1 +\n%2)",
    "indented": "  y = 1\n  y",
    "lines before it": "\n\n1 / 0",
    "prompts": ">>> x = 1\n>>> x",
    "await": "import asyncio\nawait asyncio.sleep(0)",
    "not even Python": "def f(:\n",
    "a null byte": "a\x00b",
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_cell_becomes_what_a_notebook_would_make_of_it(cell):
    assert _Transformers(_Compiler()).transform_cell(cell) == TransformerManager().transform_cell(
        cell
    )


def test_a_transformer_of_the_notebook_s_own_is_obeyed():
    class Shout:
        """Changes every cell, Python or not."""

        @classmethod
        def find(cls, tokens):
            return None if tokens[0][0].string.isupper() else cls()

        priority, start_line, start_col = 0, 0, 0

        def transform(self, lines):
            return [line.upper() for line in lines]

    ours = _Transformers(_Compiler())
    ours.token_transformers.append(Shout)
    assert ours.transform_cell("a = 1") == "A = 1\n"


def test_a_cell_is_parsed_once_and_each_time_anew():
    compiler = _Compiler()
    assert compiler.is_python("x = 1")
    parsed = compiler.ast_parse("x = 1")
    assert compiler.ast_parse("x = 1") is not parsed
    assert compiler.is_python("x = 1") and compiler.ast_parse("y = 2").body[0].value.value == 2
    assert not compiler.is_python("x =")
