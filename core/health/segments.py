"""Where the loss is: segments, worst first, with their share of the fall."""

from collections.abc import Mapping
from dataclasses import dataclass

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
    found = []
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
    return sorted(_shared(metric, found), key=lambda each: -each.share)


def _shared(metric: Metric, found: list[SegmentFinding]) -> list[SegmentFinding]:
    """Rows times loss, as a part of all losses in the same column (exact for accuracy)."""
    shared = []
    for each in found:
        peers = [other for other in found if other.column == each.column]
        total = sum(max(0.0, -metric.sign * peer.change) * peer.n for peer in peers)
        own = max(0.0, -metric.sign * each.change) * each.n
        values = {name: getattr(each, name) for name in each.__slots__}
        shared.append(SegmentFinding(**{**values, "share": own / total if total else 0.0}))
    return shared
