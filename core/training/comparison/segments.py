"""Segments of a comparison: fixed beforehand, corrected for their number, named when too small to judge."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from core.stats.metric import Metric
from core.stats.metrics import METRICS, MetricTable
from core.stats.predictions import Predictions, Truth
from core.stats.tests import holm
from core.stats.together.dependence import INDEPENDENT, Together

if TYPE_CHECKING:
    import pandas as pd

SegmentVerdict = Literal["worse", "watch", "better", "no_difference", "too_small"]
ORDER: tuple[SegmentVerdict, ...] = ("worse", "watch", "no_difference", "better", "too_small")


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """When a segment is judged, and when it is called worse.

    Attributes:
        level: chance that any segment of equal models is called worse or better (Holm): 10 % and not 5,
            because it blocks nothing and a segment has few rows (`tests/benchmarks/comparison_rates.py`).
        rows: fewest rows of a segment: with 30 the 90 % interval of two models that differ on a tenth of
            the rows is +-9 points (`core.stats.tests.agresti_min`); fewer would say nothing.
        of_class: fewest rows of each of two classes, where the metric needs two (Cochran 1954).
        values: the most frequent values of a column are judged: each further one costs the others power.
    """

    level: float = 0.10
    rows: int = 30
    of_class: int = 5
    values: int = 12


RULES = SegmentRules()


@dataclass(frozen=True, slots=True)
class SegmentResult:
    """One value of a segment column.

    Attributes:
        low: lower bound of the 90 % interval; with `high` not corrected for the number of segments.
        p_adjusted: two-sided, after Holm over all segments that could be judged.
        verdict: worse and better hold after the correction; watch is worse without it.
    """

    column: str
    value: str
    n: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p_adjusted: float | None = None
    verdict: SegmentVerdict = "too_small"


def judge(
    columns: "dict[str, pd.Series[Any]]",
    metric: str,
    truth: Truth,
    champion: Predictions,
    challenger: Predictions,
    rules: SegmentRules = RULES,
    metrics: MetricTable = METRICS,
    together: Together = INDEPENDENT,
) -> list[SegmentResult]:
    """Compare in every segment, what got worse first.

    Args:
        columns: segment column -> its value in each row (n); the most frequent values are judged.
        metric: metric of record.
        truth: class numbers, or numbers, n.
        champion: predictions for the n rows.
        challenger: predictions for the n rows.
        rules: when a segment is judged and called worse.
        metrics: what the model can be judged by.
        together: which of the n rows belong together.
    """
    judging = metrics[metric]
    small: list[SegmentResult] = []
    measured: list[tuple[SegmentResult, float]] = []
    for part in judgeable(columns, judging, truth, rules):
        segment = SegmentResult(part.column, part.value, len(part.rows))
        if not part.enough:
            small.append(segment)
            continue
        rows, a, b = part.rows, champion.at(part.rows), challenger.at(part.rows)
        d, why = judging.compare_together(truth[rows], a, b, rules.level / 2, together.at(rows))
        if why.rows_needed is not None:
            small.append(segment)
            continue
        measured.append((replace(segment, difference=d.difference, low=d.low, high=d.high), d.p))
    adjusted = holm([p for _, p in measured])
    settled = [_settle(segment, p, q, rules) for (segment, p), q in zip(measured, adjusted, strict=True)]
    return sorted(
        [*settled, *small], key=lambda segment: (ORDER.index(segment.verdict), segment.difference or 0.0)
    )


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one value of a segment column, and whether they are `enough` to be judged by themselves."""

    column: str
    value: str
    rows: npt.NDArray[np.intp]
    enough: bool


def judgeable(
    columns: "dict[str, pd.Series[Any]]", metric: Metric, truth: Truth, rules: SegmentRules = RULES
) -> list[Part]:
    """The most frequent values of each segment column."""
    return [
        Part(name, str(value), rows, enough=not _too_small(metric, truth[rows], rules))
        for name, column in columns.items()
        for value in column.dropna().value_counts().head(rules.values).index
        for rows in [np.flatnonzero((column == value).to_numpy())]
    ]


def _too_small(metric: Metric, truth: Truth, rules: SegmentRules) -> bool:
    if len(truth) < rules.rows:
        return True
    if metric.of_numbers or not metric.needs:
        return False
    return bool((np.bincount(truth) >= rules.of_class).sum() < 2)  # noqa: PLR2004 -- two classes


def _settle(segment: SegmentResult, p: float, adjusted: float, rules: SegmentRules) -> SegmentResult:
    lost = (segment.difference or 0.0) < 0
    verdict: SegmentVerdict = "no_difference"
    if adjusted <= rules.level:
        verdict = "worse" if lost else "better"
    elif p <= rules.level and lost:
        verdict = "watch"
    return replace(segment, p_adjusted=adjusted, verdict=verdict)
