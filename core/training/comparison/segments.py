"""Segments of a comparison: fixed beforehand, corrected for their number, named when too small to judge."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.stats.metric import Metric
from core.stats.metrics import METRICS
from core.stats.predictions import Predictions, Truth
from core.stats.tests import holm

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.10
FEWEST_ROWS = 30
FEWEST_OF_CLASS = 5
MOST_VALUES = 12

SegmentVerdict = Literal["worse", "watch", "better", "no_difference", "too_small"]
ORDER: tuple[SegmentVerdict, ...] = ("worse", "watch", "no_difference", "better", "too_small")


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
    difference: float | None
    low: float | None
    high: float | None
    p_adjusted: float | None
    verdict: SegmentVerdict


def judge(
    columns: "dict[str, pd.Series[Any]]",
    metric: str,
    truth: Truth,
    champion: Predictions,
    challenger: Predictions,
) -> list[SegmentResult]:
    """Compare in every segment, what got worse first.

    Args:
        columns: segment column -> its value in each row (n); the 12 most frequent values are judged.
        metric: metric of record.
        truth: class numbers, or numbers, n.
        champion: answers to the n rows.
        challenger: answers to the n rows.
    """
    cells = [(name, value) for name, column in columns.items() for value in _values(column)]
    results = [_one(name, value, columns[name], metric, truth, champion, challenger) for name, value in cells]
    judged = [each for each in results if each[1] is not None]
    adjusted = iter(holm([p for _, p in judged if p is not None]))
    done = [_settle(each, p, next(adjusted) if p is not None else None) for each, p in results]
    return sorted(done, key=lambda each: (ORDER.index(each.verdict), each.difference or 0.0))


def _values(column: "pd.Series[Any]") -> list[Any]:
    return list(column.dropna().value_counts().head(MOST_VALUES).index)


def _one(
    name: str,
    value: Any,
    column: "pd.Series[Any]",
    metric: str,
    truth: Truth,
    champion: Predictions,
    challenger: Predictions,
) -> tuple[SegmentResult, float | None]:
    rows = np.flatnonzero((column == value).to_numpy())
    if _few(METRICS[metric], truth[rows]):
        return SegmentResult(name, str(value), len(rows), None, None, None, None, "too_small"), None
    found = METRICS[metric].compare(truth[rows], champion.at(rows), challenger.at(rows), LEVEL / 2)
    result = SegmentResult(
        name, str(value), len(rows), found.difference, found.low, found.high, None, "no_difference"
    )
    return result, found.p


def _few(metric: Metric, truth: Truth) -> bool:
    if len(truth) < FEWEST_ROWS:
        return True
    if metric.of_numbers or not metric.needs:
        return False
    return bool((np.bincount(truth) >= FEWEST_OF_CLASS).sum() < 2)  # noqa: PLR2004 -- two classes


def _settle(each: SegmentResult, p: float | None, adjusted: float | None) -> SegmentResult:
    if p is None or adjusted is None or each.difference is None:
        return each
    lost = each.difference < 0
    verdict: SegmentVerdict = "no_difference"
    if adjusted <= LEVEL:
        verdict = "worse" if lost else "better"
    elif p <= LEVEL and lost:
        verdict = "watch"
    return SegmentResult(
        each.column, each.value, each.n, each.difference, each.low, each.high, adjusted, verdict
    )
