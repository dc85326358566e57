"""What the lake holds: the batches that exist, in the order in which they arrived."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.tables.left_out import EVERYTHING, LeftOut

Kind = Literal["predictions", "labels", "training"]
Door = Literal["page", "command line", "http", "source"]
"""Through which door data come: a source is looked at by itself, the others are used by somebody."""


@dataclass(frozen=True, slots=True)
class LiveBatch:
    """One file that was taken in. `id` grows with every arrival: of two versions of a row the newer wins.

    `replaced` rows were there before; None: nobody counted them.
    """

    id: int
    kind: Kind
    content_hash: str
    chunks: tuple[str, ...]
    replaced: int | None = None


LiveBatches = tuple[LiveBatch, ...]


def chunks_of(batches: LiveBatches, kind: Kind) -> list[str]:
    """The chunks that the deliveries of a kind brought rows of, in order.

    >>> rows = LiveBatch(1, "predictions", "", ("2016-02", "2016-01"))
    >>> chunks_of((rows, LiveBatch(2, "labels", "", ("2016-03",))), "predictions")
    ['2016-01', '2016-02']
    """
    return sorted({chunk for batch in batches if batch.kind == kind for chunk in batch.chunks})


WAITING = "waiting"
"""In place of a chunk: labels whose rows have not come."""


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What was taken in: `new` rows, `replaced` ones that came again, how many have a label.

    `waiting` labels came before their rows: they count as soon as the rows come. `changed` labels are others
    than those that were known before, and `unknown` ones are no class of the model (name -> how many).
    `left_out` says what of the file was not taken in as it came.
    """

    source: str
    kind: Kind
    rows: int
    new: int
    replaced: int
    labelled: int
    chunks: tuple[str, ...]
    content_hash: str
    waiting: int = 0
    left_out: LeftOut = EVERYTHING
    changed: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a delivery: the person, the door, and the source if it was one."""

    by: str
    door: Door = "command line"
    source_id: int | None = None
