"""JSON lines: one object a line."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from core.errors import UnreadableFile
from core.frames.table import Table, row_number


def read_jsonl(path: Path) -> Table:
    """The rows of a JSON lines file; a key that a line lacks is missing there.

    Raises:
        UnreadableFile: a line is not a JSON object with plain values; it is named.
    """
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if line.strip():
            rows.append(_row(path.name, number, line))
            lines.append(number)
    frame = pd.DataFrame(rows)

    def place(position: int) -> str:
        line = lines[position]
        same = line == position + 1
        return row_number(position) + ("" if same else f" (line {line:,} of the file)")

    return Table(frame, path.name, place)


def _row(source: str, number: int, line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line, object_pairs_hook=_unique)
    except (json.JSONDecodeError, UnicodeDecodeError, _TwiceError) as error:
        raise UnreadableFile(
            f"{source}: line {number:,} is not a JSON object ({error}).",
            "Write one object a line, in UTF-8.",
        ) from error
    if not isinstance(row, dict) or any(isinstance(value, dict | list) for value in row.values()):
        raise UnreadableFile(
            f"{source}: line {number:,} is not an object with plain values.",
            'Write lines like {"id": 1, "price": 9.5}.',
        )
    return {key: str(value).lower() if isinstance(value, bool) else value for key, value in row.items()}


class _TwiceError(ValueError):
    """A key occurs twice in one object."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise _TwiceError("a key occurs twice")
    return row
