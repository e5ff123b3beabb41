"""The JSON schema of results.json, generated from the model in ``records.py``.

``python -m autograder.schema`` writes it; with ``--check`` it writes nothing and ends 1 if the file
is not what the model says.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from autograder.records import ResultsDocument, to_json

PATH = Path(__file__).with_name("records.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def generate() -> str:
    """The schema, as the text of its file."""
    return to_json({"$schema": DIALECT, **msgspec.json.schema(ResultsDocument)})


def main() -> int:
    """Write the schema, or check it: the exit status."""
    text = generate()
    if "--check" in sys.argv[1:]:
        is_current = PATH.is_file() and PATH.read_text("utf-8") == text
        print(f"{PATH}: {'current' if is_current else 'not current'}")
        return 0 if is_current else 1
    PATH.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
