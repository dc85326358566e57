"""Damaged and odd files, seeded: each with the rows that a correct import gives, where one may be.

`KINDS` names them. What may be imported comes with the rows that must then be there.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.lake.readers.json_rows import to_lines
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table
from core.tables.values.classes import class_spellings
from tests.services import fuzz_parquet, fuzz_texts, fuzz_values
from tests.services.fuzz_kinds import ANY, KINDS, ROWS, rows

ALL = (fuzz_texts, fuzz_parquet, fuzz_values)
"""The modules that put their kinds into the table."""
SOUND = {
    "plain",
    "delimiter",
    "byte order mark",
    "utf-16",
    "utf-16 big endian with mark",
    "many columns",
    "spaces in the header",
    "line ends",
    "numbers",
    "number texts",
    "dates",
    "mixed types",
    "long cells",
    "gzip",
    "parquet types",
    "parquet pages",
    "reserved names",
    *fuzz_values.SOUND,
}


@dataclass(frozen=True)
class FuzzFile:
    """One file. `expected`: every column of a correct import; None: it must be refused."""

    kind: str
    name: str
    content: bytes
    expected: pd.DataFrame | None

    @property
    def must(self) -> bool:
        """Whether nothing is wrong with the file, so that refusing it would be a fault."""
        return self.kind in SOUND and self.expected is not None


def made(kind: str, seed: int, number: int) -> FuzzFile:
    """File `number` of a kind: the same for the same seed."""
    rng = np.random.default_rng([seed, number, *kind.encode()])
    ending, content, expected = KINDS[kind](rng, rows(rng, f"{kind} {number}"))
    return FuzzFile(kind, f"{kind.replace(' ', '-')}-{number:04d}.{ending}", content, expected)


def written(file: FuzzFile, folder: Path) -> Path:
    """The file in a folder; the body of a request as the lines that the door makes of it."""
    path = folder / file.name
    path.write_bytes(file.content)
    if path.suffix != ".json":
        return path
    to_lines(path, path.with_suffix(".jsonl"))
    path.unlink()
    return path.with_suffix(".jsonl")


def home(folder):
    """A model whose first file has every kind of column."""
    ws = open_workspace(Settings(home=folder))
    roles = RequestedRoles("y", id="id", time="day", score="p", positive="yes", include=FEATURES)
    first = rows(np.random.default_rng(1), "first").assign(
        day=[f"2020-01-{1 + i % 28:02d}" for i in range(ROWS)]
    )
    return ws, connect_table(ws, ConnectRequest("shop", roles, chunk="month"), Table(first, "first.csv"))


def matches(expected: pd.DataFrame, found: pd.DataFrame) -> str | None:
    """The first cell of the imported rows that holds what nobody sent; None: every cell is as it was."""
    if expected is ANY:
        return None
    if len(found) != len(expected):
        return f"{len(found)} rows in place of {len(expected)}"
    for column, name, read in CELLS:
        if name in expected:
            for row, (sent, kept) in enumerate(zip(read(expected[name]), found[column], strict=True)):
                if sent != kept and not (pd.isna(sent) and pd.isna(kept)):
                    return f"column {name!r}, row {row + 1}: {kept!r} in place of {sent!r}"
    return None


def _numbers(cells: pd.Series) -> list:
    return [np.nan if pd.isna(cell) or cell in NOTHING else float(cell) for cell in cells]


def _texts(cells: pd.Series) -> list:
    texts = [None if pd.isna(cell) else str(cell) for cell in cells]
    return [text.lower() if text in {"True", "False"} else text or None for text in texts]


def _labels(cells: pd.Series) -> list:
    spelt = class_spellings(cells.dropna().astype(str), ("no", "yes"))
    return [spelt.get(label, label) or None for label in cells]


NOTHING = {"", "NA", "n/a"}
FEATURES = ("x", "town", "n", "price", "flag")
CELLS = (
    ("_id", "id", lambda cells: cells.astype(str)),
    ("_time", "day", pd.to_datetime),
    ("_score_1", "p", _numbers),
    ("_label", "y", _labels),
    ("x", "x", _numbers),
    ("n", "n", _numbers),
    ("price", "price", _numbers),
    ("flag", "flag", _texts),
    ("town", "town", _texts),
)
"""Every column as it is stored, as it was sent, and how what was sent is read."""
