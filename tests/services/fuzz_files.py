"""Damaged and odd files, seeded: each with the rows that a correct import gives, where one may be.

`KINDS` names them. What may be imported comes with the rows that must then be there.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.tables.values.classes import class_spellings
from tests.services import fuzz_parquet, fuzz_texts
from tests.services.fuzz_kinds import ANY, KINDS, rows

ALL = (fuzz_texts, fuzz_parquet)
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
}


@dataclass(frozen=True)
class FuzzFile:
    """One file. `expected`: id -> x, town and y of a correct import; None: it must be refused."""

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


def matches(expected: pd.DataFrame, found: pd.DataFrame) -> str | None:
    """What the imported rows (`_id`, `_time`, `x`, `town`, `_label`) have that nobody sent; None: nothing."""
    if expected is ANY:
        return None
    numbers = pd.to_numeric(expected["x"], errors="coerce").astype(float)
    towns = expected["town"].astype(object).where(expected["town"].notna() & (expected["town"] != ""), None)
    if len(found) != len(expected):
        return "other rows"
    spelt = class_spellings(expected["y"].dropna().astype(str), ("no", "yes")) if "y" in expected else {}
    labels = [spelt.get(label, label) or None for label in expected["y"]] if "y" in expected else None
    same = {
        "ids": found["_id"].tolist() == expected["id"].astype(str).tolist(),
        "numbers": np.allclose(found["x"].astype(float), numbers, equal_nan=True, rtol=1e-9),
        "texts": found["town"].tolist() == towns.tolist(),
        "labels": labels is None or found["_label"].tolist() == labels,
        "times": found["_time"].tolist() == pd.to_datetime(expected["day"]).tolist(),
    }
    wrong = [name for name, equal in same.items() if not equal]
    return f"other {wrong[0]}" if wrong else None
