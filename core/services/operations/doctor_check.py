"""One line of the doctor: what was looked at, how it is, and what to do next."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

State = Literal["ok", "watch", "broken"]
UNITS = ("B", "kB", "MB", "GB")
STEP = 1000.0


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at.

    Attributes:
        area: "machine", "stores", "work", "model", "doors".
        name: what in it, e.g. the name of a model.
        detail: what was found, with numbers.
        hint: the next step; empty when there is nothing to do.
    """

    area: str
    name: str
    state: State
    detail: str
    hint: str = ""


def size(count: float) -> str:
    """Bytes for people.

    >>> size(0), size(1_234_567)
    ('0 B', '1.2 MB')
    """
    for unit in UNITS[:-1]:
        if count < STEP:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= STEP
    return f"{count:.1f} {UNITS[-1]}"


def weight(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
