"""A period that a person picks on the timeline: what the document's numbers of its chunks amount to."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.health.report.chunk_entries import ChunkEntry, Counted, Number
from core.health.report.document import HealthDocument


@dataclass(frozen=True, slots=True)
class PeriodSegment:
    """A segment in the period: now, and how far it is from its reference period."""

    column: str
    value: str
    now: Counted
    before: float | None


@dataclass(frozen=True, slots=True)
class Period:
    """Some chunks that follow each other.

    Attributes:
        measured: the metric of record over them; None where no row has a label that counts.
        rows: of them all.
        segments: worst first.
        moved: input -> in how many of them it is flagged as moved, most first.
        findings: what was found in them, each once.
    """

    chunks: tuple[str, ...]
    rows: int
    measured: Counted | None
    segments: tuple[PeriodSegment, ...]
    moved: dict[str, int]
    findings: tuple[str, ...]


def period(document: HealthDocument, first: str, last: str) -> Period:
    """What is known of the chunks from `first` to `last` (their names for people, both inclusive)."""
    names = [chunk["label"] for chunk in document["chunks"]]
    start, end = sorted((names.index(first), names.index(last)))
    inside, metric = document["chunks"][start : end + 1], document["metric"]
    parts = [(c["realised"][metric], c["labelled"]) for c in inside if metric in c["realised"]]
    flags = [name for chunk in inside for name, drift in chunk["drift"].items() if drift["flagged"]]
    counts = {name: flags.count(name) for name in dict.fromkeys(flags)}
    return Period(
        chunks=tuple(names[start : end + 1]),
        rows=sum(chunk["n"] for chunk in inside),
        measured=pool_numbers(parts),
        segments=_segments(document, inside),
        moved=dict(sorted(counts.items(), key=lambda item: -item[1])),
        findings=tuple(dict.fromkeys(sentence for chunk in inside for sentence in chunk["alerts"])),
    )


def pool_numbers(parts: Sequence[tuple[Number, int]]) -> Counted | None:
    """Values of independent chunks and their rows -> the mean weighted by rows, with its 95 % interval.

    Of a mean this is the value over all rows; of a ranking or a ratio the mean of its chunks.

    >>> one, two = {"value": 0.8, "low": 0.7, "high": 0.9}, {"value": 0.6, "low": 0.5, "high": 0.7}
    >>> mean = pool_numbers([(one, 100), (two, 100)])
    >>> [round(mean[name], 3) for name in ("value", "low", "high", "n")]
    [0.7, 0.629, 0.771, 200]
    >>> pool_numbers([]) is None
    True
    """
    total = sum(n for _, n in parts)
    if not total:
        return None
    value = sum(number["value"] * n for number, n in parts) / total
    half = sum(((number["high"] - number["low"]) / 2 * n) ** 2 for number, n in parts) ** 0.5 / total
    return Counted(value=value, low=value - half, high=value + half, n=total)


def _segments(document: HealthDocument, inside: Sequence[ChunkEntry]) -> tuple[PeriodSegment, ...]:
    before = {(one["column"], one["value"]): one["before"] for one in document["segments"]}
    parts: dict[tuple[str, str], list[tuple[Number, int]]] = {}
    for chunk in inside:
        for column, counts in chunk["segments"].items():
            for value, count in counts.items():
                parts.setdefault((column, value), []).append((count, count["n"]))
    pooled = {name: pool_numbers(numbers) for name, numbers in parts.items()}
    lines = [PeriodSegment(*name, now, before.get(name)) for name, now in pooled.items() if now is not None]
    return tuple(sorted(lines, key=lambda line: _worse(document, line), reverse=True))


def _worse(document: HealthDocument, line: PeriodSegment) -> float:
    """How far it is worse than before; of one without a reference period nothing is known."""
    if line.before is None:
        return float("-inf")
    fall = line.before - line.now["value"]
    return fall if document["direction"] == "higher" else -fall
