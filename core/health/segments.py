"""Where the loss is: segments, worst first, with their share of the fall."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.health.bands import Z95
from core.health.history import Segment
from core.health.metrics import Metric, measure
from core.health.profile import Profile


@dataclass(frozen=True, slots=True)
class SegmentFinding:
    """One segment now against the reference period.

    Attributes:
        now: the metric in the segment; change: now - before, with its 95 % interval `low` to `high`.
        n: labelled rows it rests on; share: its part of the fall of the whole (0-1).
    """

    column: str
    value: str
    now: float
    before: float
    change: float
    low: float
    high: float
    n: int
    share: float


def segments(
    metric: Metric, before: Mapping[Segment, Profile], now: Mapping[Segment, Profile], whole: Profile
) -> list[SegmentFinding]:
    """Segments by their share of the fall, largest first; a new one is compared with the whole of before."""
    found: list[SegmentFinding] = []
    losses: list[float] = []
    for (column, value), profile in now.items():
        current = measure(metric, profile)
        past = measure(metric, before.get((column, value), whole)) or measure(metric, whole)
        if current is None or past is None:
            continue
        change = current.value - past.value
        half = Z95 * (current.variance + past.variance) ** 0.5
        found.append(
            SegmentFinding(
                column, value, current.value, past.value, change, change - half, change + half, current.n, 0.0
            )
        )
        losses.append(max(0.0, -metric.gain(past.value, current.value)) * current.n)
    return sorted(_shared(found, losses), key=lambda each: -each.share)


def _shared(found: list[SegmentFinding], losses: list[float]) -> list[SegmentFinding]:
    """Rows times loss, as a part of all losses in the same column (exact for accuracy)."""
    totals: dict[str, float] = {}
    for each, loss in zip(found, losses, strict=True):
        totals[each.column] = totals.get(each.column, 0.0) + loss
    return [
        replace(each, share=loss / totals[each.column] if totals[each.column] else 0.0)
        for each, loss in zip(found, losses, strict=True)
    ]
