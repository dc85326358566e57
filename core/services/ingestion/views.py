"""What the room tells people: deliveries, sources and tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from typing_extensions import TypedDict

from core.tables.deliveries import Kind

DeliveryState = Literal["queued", "running", "taken", "known", "refused", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One delivery, as people read it.

    Attributes:
        name: file, object or table.
        door: "page", "command line", "http" or "source".
        outcome: "taken", "known" (the same content came before: nothing changed) or "refused".
        rows: rows taken in; `new` of them came for the first time, `replaced` ones came again corrected.
        left_out: rows that did not fit and were not taken in, the first of them in `listed` (row, where,
            column, reason); `clipped` scores were outside 0 to 1 by rounding.
        first: first chunk of the period that it is about; `last` the last one.
        message: why it, or some of its rows, was not taken in, and `hint` what to do next; else empty.
    """

    id: int
    name: str
    kind: str
    door: str
    outcome: str
    rows: int
    new: int
    replaced: int
    labelled: int
    first: str | None
    last: str | None
    message: str
    hint: str
    person: str
    created_at: datetime
    source_id: int | None
    batch_id: int | None
    left_out: int
    clipped: int
    listed: list[dict[str, Any]]


class LeftOutRow(TypedDict):
    """A row that was not taken in as it came."""

    row: int
    """Data row, from 1."""
    where: str
    """Where it stands in the file, for people."""
    column: str
    """The column that is to blame."""
    reason: str
    """Why."""


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """How a delivery stands; the counts are there once it is taken in."""

    batch: str
    """Its name: the kind, and the hash of its bytes."""
    kind: Kind
    """What its rows are."""
    state: DeliveryState
    """queued, running, taken, known (the same rows came before), refused, failed or cancelled."""
    job: str | None = None
    """The job that takes it in; null when it came through another door or was refused at once."""
    rows: int | None = None
    """Rows taken in."""
    new: int | None = None
    """Those that came for the first time."""
    replaced: int | None = None
    """Those that came again, corrected."""
    labelled: int | None = None
    """Those with a label."""
    left_out: int | None = None
    """Rows that did not fit and were not taken in."""
    clipped: int | None = None
    """Scores outside 0 to 1 by rounding, set to 0 or 1."""
    listed: tuple[LeftOutRow, ...] = ()
    """The first rows that were left out."""
    message: str = ""
    """Why it, or some of its rows, was not taken in; else empty."""
    hint: str = ""
    """What to do next; else empty."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source, as people read it.

    Attributes:
        watermark: largest value of the watermark column that was taken in; None before the first.
        look_back: how far before the watermark late rows are still looked for: seconds, or units of a number.
        state: "on" or "paused".
        next_at: when it is looked at next; None while paused.
        message: what is wrong with it now, else empty; `failures` looks in a row ended so.
        taken: deliveries that it brought, `rows` in all; `refused`: those that were not taken in.
    """

    id: int
    address: str
    kind: Kind
    watermark_column: str | None
    watermark: str | None
    look_back: float
    every_seconds: int
    state: str
    polled_at: datetime | None
    next_at: datetime | None
    message: str
    failures: int
    taken: int
    rows: int
    refused: int
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token for people: everything but the secret. `used_at` is right to about a minute."""

    id: int
    model: str
    name: str
    created_by: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
