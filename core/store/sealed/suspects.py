"""A digest of each row of a search: what a disk has changed of it is neither shown nor asked about.

Two halves, since what is learnt from answers changes likelihood, impact and rank alone; what speaks for and
against the label carries its digest itself (`core.store.sealed.documents`).
"""

from hashlib import blake2b
from typing import Any

from core.store.sealed.documents import DamagedDocument

COLUMNS = ("row_id", "given", "suggested", "prior", "p_error", "impact", "rank", "flagged", "reasons")
"""What a digest is made of."""
HALF = 16
"""Hexadecimal digits of each half."""


def digest(row: dict[str, Any]) -> str:
    """Of a row with the columns of `Suspect`."""
    prior, flagged, reasons = _number(row.get("prior")), bool(row["flagged"]), list(row["reasons"])
    first = _half(row["row_id"], row["given"], row["suggested"], prior, flagged, reasons)
    return first + score_half(row["row_id"], row["p_error"], row["impact"], row["rank"])


def score_half(row_id: str, p_error: float, impact: float, rank: int) -> str:
    """The second half."""
    return _half(row_id, _number(p_error), _number(impact), int(rank))


def is_whole(row: dict[str, Any], known: str | None) -> bool:
    """Whether a row is what was written; one of before has no digest and passes."""
    return known is None or known == digest(row)


def require_whole(row: dict[str, Any], known: str | None) -> None:
    """Refuse a row that is not what was written.

    Raises:
        DamagedDocument: says which.
    """
    if not is_whole(row, known):
        raise DamagedDocument(
            f"Row {row['row_id']} of the search for wrong labels is not what was written: the disk of the "
            "database changed it.",
            "Search anew on Suspects: no annotation is lost. See `python -m core doctor`.",
        )


def _number(value: float | None) -> float | None:
    """As databases give it back: no NaN, no negative zero, no type of numpy."""
    return None if value is None or value != value else float(value) + 0.0  # noqa: PLR0124 - NaN is not itself


def _half(*values: Any) -> str:
    return blake2b(repr(values).encode(), digest_size=HALF // 2).hexdigest()
