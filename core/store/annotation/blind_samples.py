"""Blind samples: which rows were drawn of which period, as entries of the audit trail; the newest counts."""

from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from sqlmodel import Session

from core.annotation.events import Current
from core.store import audit
from core.store.annotation import current

ACTION = "blind sample"


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row that experts are asked about: its label before any expert's, and what the model predicted."""

    given: str
    predicted: str


@dataclass(frozen=True, slots=True)
class DrawnPeriod:
    """The rows drawn of a period.

    Attributes:
        differ, agree: its rows whose label and prediction differ, and those of which they agree.
        rows: id -> label and prediction, of those drawn.
    """

    differ: int
    agree: int
    rows: dict[str, DrawnRow]

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> "DrawnPeriod":
        """The inverse of `asdict`."""
        rows = {row_id: DrawnRow(**row) for row_id, row in body["rows"].items()}
        return cls(body["differ"], body["agree"], rows)


@dataclass(frozen=True, slots=True)
class BlindSample:
    """A blind sample of the period that fell, named for people and by its chunks, and of the reference."""

    period: str
    first: str
    last: str
    now: DrawnPeriod
    before: DrawnPeriod

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> "BlindSample":
        """The inverse of `asdict`.

        >>> part = DrawnPeriod(1, 0, {"r7": DrawnRow("yes", "no")})
        >>> sample = BlindSample("May 2024", "2024-05", "2024-05", part, part)
        >>> BlindSample.from_json(asdict(sample)) == sample
        True
        """
        now, before = (DrawnPeriod.from_json(body[part]) for part in ("now", "before"))
        return cls(body["period"], body["first"], body["last"], now, before)

    @property
    def rows(self) -> dict[str, DrawnRow]:
        """The rows of both periods."""
        return self.now.rows | self.before.rows


AnsweredSample: TypeAlias = tuple[BlindSample, dict[str, Current]]
"""A sample, and what holds for those of its rows that somebody answered."""


def add(session: Session, model_id: int, by: str, sample: BlindSample) -> None:
    """Write down what was drawn, in the transaction that asks for it."""
    audit.add(session, model_id, by, ACTION, asdict(sample))


def latest(session: Session, model_id: int) -> BlindSample | None:
    """The newest sample of the model; None before the first."""
    entries = audit.entries(session, model_id, 1, actions={ACTION})
    return BlindSample.from_json(entries[0].body) if entries else None


def latest_with_labels(session: Session, model_id: int) -> AnsweredSample | None:
    """The newest sample of the model with what experts said; None before the first."""
    sample = latest(session, model_id)
    return (sample, current.of_rows(session, model_id, list(sample.rows))) if sample else None
