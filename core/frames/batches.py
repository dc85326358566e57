"""What the lake holds: the batches that exist, in the order in which they arrived."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["predictions", "labels", "training"]


@dataclass(frozen=True, slots=True)
class LiveBatch:
    """One file that was taken in. `id` grows with every arrival: of two versions of a row the newer wins."""

    id: int
    kind: Kind
    content_hash: str
    chunks: tuple[str, ...]


LiveBatches = tuple[LiveBatch, ...]
