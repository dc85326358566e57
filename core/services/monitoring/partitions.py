"""The partitions of a model's rows that have a profile each, and what each was counted from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from core.health.profiles.layout import Layout
from core.health.report.chunk_places import span
from core.lake.row_locations import label_lag, locate_rows
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import Kind, LiveBatches, chunks_of

Part = Literal["training", "log"]
RULES = "10"
"""Changes when profiles are counted in another way: stored ones are then counted anew."""
REFERENCE_SHARE = 4
"""Without a training window or a said reference the first quarter of the chunks is the reference."""


@dataclass(frozen=True, slots=True)
class Partition:
    """One chunk of the training rows or of the log."""

    part: Part
    chunk: str

    @property
    def key(self) -> str:
        """Name of its profiles."""
        return f"{self.part}/{self.chunk}"


@dataclass(frozen=True, slots=True)
class Division:
    """Which partitions are the reference period, and which are the log (it may hold the reference)."""

    reference: tuple[Partition, ...]
    log: tuple[Partition, ...]

    @property
    def trained(self) -> bool:
        """Whether the reference is the training window."""
        return any(partition.part == "training" for partition in self.reference)


def divide(spec: ModelSpec, batches: LiveBatches) -> Division:
    """The said reference period, else the training window, else the first quarter of the log."""
    training = _partitions("training", batches)
    log = _partitions("log", batches)
    if spec.reference is not None:
        first, last = spec.reference
        chosen_period = [partition for partition in (*log, *training) if first <= partition.chunk <= last]
        kind = "log" if any(partition.part == "log" for partition in chosen_period) else "training"
        reference = tuple(partition for partition in chosen_period if partition.part == kind)
        if reference:
            return Division(reference, log)
    if training:
        return Division(training, log)
    return Division(log[: max(1, len(log) // REFERENCE_SHARE)], log)


def fresh_chunks(spec: ModelSpec, division: Division, changes: Sequence[str]) -> tuple[int, ...]:
    """Positions in the log of the first chunk after each change of the champion.

    `changes` says where the log ended then: a moment, or the number of a row.
    """
    starts = [span(partition.chunk, spec.chunk)[0] for partition in division.log]
    later = [
        next((at for at, start in enumerate(starts) if _after(start, change)), None) for change in changes
    ]
    return tuple(sorted({at for at in later if at is not None}))


def _after(start: str | int, change: str) -> bool:
    if isinstance(start, int):
        return change.isdecimal() and start > int(change)
    return not change.isdecimal() and start > change


def layout_fingerprint(spec: ModelSpec, batches: LiveBatches, division: Division) -> str:
    """Changes when the reference rows or the columns change."""
    files = [_files(partition, batches) for partition in division.reference]
    roles = (spec.roles.features, spec.roles.segments, spec.roles.item, spec.classes, spec.task)
    return _digest(RULES, files, [partition.key for partition in division.reference], roles)


def fingerprints(
    settings: Settings,
    spec: ModelSpec,
    batches: LiveBatches,
    layout: Layout,
    corrections: Mapping[str, str],
    division: Division,
) -> dict[Partition, str]:
    """Partition -> hash of all that its profiles are counted from.

    These are its files, the settled annotations in it, the layout, how long labels take and the threshold.
    """
    labels_by_chunk: dict[str, list[tuple[str, str]]] = {}
    for row_id, location in locate_rows(settings, spec, batches, corrections).items():
        for part, chunk in location:
            labels_by_chunk.setdefault(f"{part}/{chunk}", []).append((row_id, corrections[row_id]))
    lag, cells = label_lag(settings, spec, batches), layout.digest()
    every = dict.fromkeys((*division.reference, *division.log))
    decided = () if spec.threshold is None else (spec.threshold,)
    return {
        partition: _digest(
            RULES,
            cells,
            _files(partition, batches),
            labels_by_chunk.get(partition.key, []),
            lag,
            *decided,
        )
        for partition in every
    }


def _partitions(part: Part, batches: LiveBatches) -> tuple[Partition, ...]:
    kind: Kind = "training" if part == "training" else "predictions"
    return tuple(Partition(part, chunk) for chunk in chunks_of(batches, kind))


def _files(partition: Partition, batches: LiveBatches) -> list[tuple[int, str]]:
    kinds = ("training", "labels") if partition.part == "training" else ("predictions", "labels")
    return [(b.id, b.content_hash) for b in batches if b.kind in kinds and partition.chunk in b.chunks]


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:16]
