"""What must be stored of a cell that was sent, by the rules of docs/log.md and Python's own types.

Nothing of Caretaker is imported: `decimal` reads numbers, `datetime` dates, `unicodedata` composes names.
A cell is what a program held before it wrote it down: a text, a number, a date, a truth value or None.
"""

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

NOTHING = ("", "NA", "N/A", "#N/A", "<NA>", "NaN", "NaT", "null", "None", "-", "?")
WORDS = {word.lower() for word in NOTHING}
YES = ("yes", " YES", "Yes\u00a0", "1", "1.0", "true", "y", "\u200byes", "TRUE ")
NO = ("no", "no ", "\tNO", "0", "0.0", "False", "n", "n\ufeffo")
WIDTHLESS = ("\u00ad", "\u200b", "\u2060", "\ufeff")
MICROSECONDS = {"s": 10**6, "ms": 10**3, "us": 1}


def number(cell: object) -> float | None:
    """The nearest double."""
    if is_nothing(cell):
        return None
    try:
        return float(Decimal(str(cell).strip()))
    except InvalidOperation:
        raise ValueError(cell) from None


def moment(cell: object, unit: str = "") -> datetime | None:
    """To the microsecond, in UTC, without a zone; `unit` of an epoch."""
    if is_nothing(cell):
        return None
    if unit:
        whole = int(cell) // 1000 if unit == "ns" else int(cell) * MICROSECONDS[unit]
        return datetime.fromtimestamp(whole // 10**6, UTC).replace(microsecond=whole % 10**6, tzinfo=None)
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime(cell.year, cell.month, cell.day)
    read = cell if isinstance(cell, datetime) else _written(str(cell).strip())
    return read if read.tzinfo is None else read.astimezone(UTC).replace(tzinfo=None)


def _written(text: str) -> datetime:
    day, _, time = text.replace("T", " ").partition(" ")
    if "." in day:
        day = "-".join(reversed([part.zfill(2) for part in day.split(".")]))
    return datetime.fromisoformat(f"{day}T{time.zfill(5)}" if time else day)


def text(cell: object) -> str | None:
    """As it was written; only nothing is missing."""
    if cell is None or cell == "":
        return None
    return str(cell).lower() if str(cell) in {"True", "False", "TRUE", "FALSE"} else str(cell)


def row_id(cell: object) -> str:
    """Every digit, without spaces around them."""
    return str(cell).strip()


def name(cell: object) -> str | None:
    """The name of a class that a person reads."""
    if is_nothing(cell):
        return None
    composed = unicodedata.normalize("NFC", str(cell))
    return " ".join("".join(sign for sign in composed if sign not in WIDTHLESS).split())


def truth(cell: object) -> str | None:
    """The class "yes" or "no"."""
    if is_nothing(cell):
        return None
    return "yes" if cell in YES or cell is True or cell == 1 else "no"


def is_nothing(cell: object) -> bool:
    """Whether the cell is empty, or a word that stands for nothing."""
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in WORDS)
