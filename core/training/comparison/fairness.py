"""Whether a challenger is worse for some: its difference in every segment, at the level of all together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.stats.metrics import METRICS, MetricTable
from core.stats.predictions import Predictions, Truth
from core.stats.together.dependence import INDEPENDENT, Together
from core.training.comparison.gates import Gate
from core.training.comparison.segments import RULES, SegmentRules, judgeable

if TYPE_CHECKING:
    import pandas as pd

NAME = "fairness by segment"


@dataclass(frozen=True, slots=True)
class FairSegment:
    """A segment and the difference in it: bounds at the level of all segments together."""

    name: str
    n: int
    difference: float
    low: float
    high: float

    @property
    def is_worse(self) -> bool:
        """Whether the challenger is surely worse there."""
        return self.high < 0


def fair_segments(
    columns: "dict[str, pd.Series[Any]]",
    metric: str,
    truth: Truth,
    champion: Predictions,
    challenger: Predictions,
    level: float,
    *,
    metrics: MetricTable = METRICS,
    together: Together = INDEPENDENT,
    rules: SegmentRules = RULES,
) -> list[FairSegment]:
    """The difference in every segment that has enough rows, the worst first.

    The chance that any of them is called worse although none is, is at most `level`: each is judged at that
    level over their number (Bonferroni), whatever hangs together between them.

    Args:
        columns: segment column -> its value in each row (n).
        metric: metric of record.
        truth: class numbers, or numbers, n.
        champion: predictions for the n rows.
        challenger: predictions for the n rows.
        level: one-sided, of this look at the holdout.
        metrics: what the model can be judged by.
        together: which of the n rows belong together.
        rules: which segments have enough rows.
    """
    judging = metrics[metric]
    parts = [part for part in judgeable(columns, judging, truth, rules) if part.enough]
    made = []
    for part in parts:
        a, b, y = champion.at(part.rows), challenger.at(part.rows), truth[part.rows]
        d, why = judging.compare_together(y, a, b, level / len(parts), together.at(part.rows))
        name = f"{part.column} = {part.value}"
        if why.rows_needed is None:
            made.append(FairSegment(name, len(part.rows), d.difference, d.low, d.high))
    return sorted(made, key=lambda segment: (not segment.is_worse, segment.difference))


def fairness_gate(segments: list[FairSegment], *, blocks: bool) -> Gate:
    """Whether any segment is surely worse: that fails where the model says so, and warns otherwise.

    Args:
        segments: what `fair_segments` returned.
        blocks: whether the model wants it to fail.

    >>> worse = FairSegment("town = x", 200, -0.1, -0.15, -0.04)
    >>> gate = fairness_gate([worse, FairSegment("town = y", 300, 0.0, -0.02, 0.02)], blocks=False)
    >>> gate.passed, gate.warns, gate.figure
    (True, True, '1 of 2 segments surely worse')
    """
    if not segments:
        return Gate(NAME, None, "no segment has enough labelled rows to be judged by itself")
    worse = [segment for segment in segments if segment.is_worse]
    worst = worse[:3] or segments[:1]
    where = "; ".join(
        f"{part.name} {part.difference:+.3f} ({part.low:+.3f} to {part.high:+.3f}, {part.n:,} rows)"
        for part in worst
    )
    detail = (
        f"{'worse' if worse else 'least good'}: {where}; intervals allow for all {len(segments)} segments"
    )
    return Gate(
        NAME,
        passed=not (worse and blocks),
        detail=detail,
        figure=f"{len(worse)} of {len(segments)} segments surely worse",
        limit="0",
        warns=bool(worse) and not blocks,
    )
