"""Where the loss is: segments, worst first, with their share of the fall."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

from core.health.performance.metrics import measure
from core.health.profiles.history import Segment
from core.health.profiles.profile import Profile
from core.health.rules import RULES, HealthRules, MeasureRules
from core.stats.intervals import Z95
from core.stats.metric import Metric


@dataclass(frozen=True, slots=True)
class SegmentFinding:
    """One segment now against the reference period.

    Attributes:
        now: the metric in the segment; change: now - before, with its 95 % interval `low` to `high`.
        n: labelled rows it rests on; share: its part of the fall of the whole (0-1); rows: its part of the
            rows. Both alike say that it fell like the rest.
        apart: it fell by a quarter more than the rest of its column, and by more than chance explains
            (Bonferroni over all segments).
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
    rows: float = 0.0
    apart: bool = False


def segments(
    metric: Metric,
    before: Mapping[Segment, Profile],
    now: Mapping[Segment, Profile],
    whole: Profile,
    rules: HealthRules = RULES,
) -> list[SegmentFinding]:
    """Segments by their share of the fall, largest first; a new one is compared with the whole of before."""
    from scipy.special import ndtri

    findings: list[SegmentFinding] = []
    losses: list[float] = []
    everywhere = measure(metric, whole, rules.measure)
    sure = float(ndtri(1 - rules.segments.level / 2 / max(len(now), 1)))
    for (column, value), profile in now.items():
        current = measure(metric, profile, rules.measure)
        past = measure(metric, before.get((column, value), whole), rules.measure) or everywhere
        if current is None or past is None:
            continue
        change = current.value - past.value
        half = Z95 * (current.variance + past.variance) ** 0.5
        peers = [profile for key, profile in now.items() if key[0] == column]
        rows = profile.labelled / max(sum(peer.labelled for peer in peers), 1)
        rest = _change(metric, rules.measure, *(_rest(part, column, value) for part in (before, now)))
        loss = -metric.gain(past.value, current.value)
        apart = rest is not None and loss > 0
        if rest is not None and apart:
            beyond = loss - rest[0]
            chance = sure * (current.variance + past.variance + rest[1]) ** 0.5
            apart = beyond > chance and beyond >= rules.segments.more * rest[0]
        findings.append(
            SegmentFinding(
                column,
                value,
                current.value,
                past.value,
                change,
                change - half,
                change + half,
                current.n,
                0.0,
                rows,
                apart,
            )
        )
        losses.append(max(0.0, loss) * current.n)
    return sorted(_with_shares(findings, losses), key=lambda segment: -segment.share)


def _rest(part: Mapping[Segment, Profile], column: str, value: str) -> Profile | None:
    """The rows with another value in the column."""
    others = [profile for key, profile in part.items() if key[0] == column and key[1] != value]
    return reduce(add, others) if others else None


def _change(
    metric: Metric, rules: MeasureRules, before: Profile | None, now: Profile | None
) -> tuple[float, float] | None:
    """How much worse, with the variance of it; None where it cannot be measured."""
    past, current = (measure(metric, profile, rules) if profile else None for profile in (before, now))
    if past is None or current is None:
        return None
    return -metric.gain(past.value, current.value), past.variance + current.variance


def _with_shares(findings: list[SegmentFinding], losses: list[float]) -> list[SegmentFinding]:
    """Rows times loss, as a part of all losses in the same column (exact for accuracy)."""
    totals: dict[str, float] = {}
    for segment, loss in zip(findings, losses, strict=True):
        totals[segment.column] = totals.get(segment.column, 0.0) + loss
    return [
        replace(segment, share=loss / totals[segment.column] if totals[segment.column] else 0.0)
        for segment, loss in zip(findings, losses, strict=True)
    ]
