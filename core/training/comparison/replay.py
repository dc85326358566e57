"""What would have been, had another version predicted: a sum of losses of rows, with its interval."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.stats.arrays import Floats
from core.stats.measures.cost_matrix import NAME as COST
from core.stats.metric import Metric
from core.stats.metrics import MetricTable
from core.stats.predictions import Predictions, Truth
from core.stats.together.dependence import Dependence, Together

LEVEL = 0.025
"""One-sided level of each end: an interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Less:
    """How much less there would have been: a total over n rows.

    Attributes:
        before: what there was; `after`: what there would have been.
        value: the difference, more than 0 is less; exactly what counting row by row gives.
        low: lower end of what rows like these have in the mean; `high`: upper end.
        dependence: by what the interval was taken.
    """

    before: float
    after: float
    value: float
    low: float
    high: float
    dependence: Dependence


def counting_metric(metrics: MetricTable, record: str) -> Metric:
    """By what is counted: errors of classes; of numbers the metric of record if it is a mean of rows.

    >>> from core.stats.metrics import METRICS
    >>> counting_metric(METRICS, "roc_auc").name, counting_metric(METRICS, "rmse").name
    ('accuracy', 'mae')
    """
    if not metrics[record].of_numbers:
        return metrics["accuracy"]
    return metrics[record] if metrics[record].pairing.losses is not None else metrics["mae"]


def row_losses(metric: Metric, truth: Truth, predictions: Predictions) -> Floats:
    """(n,) what is counted of each row; a row that does not count has none.

    >>> from core.stats.metrics import METRICS
    >>> zeros = Predictions.from_outputs(np.eye(2)[[0, 0]])
    >>> row_losses(METRICS["accuracy"], np.array([0, 1]), zeros).tolist()
    [0.0, 1.0]
    """
    if metric.pairing.losses is not None:
        return np.nan_to_num(metric.pairing.losses(truth, predictions))
    wrong: Floats = (predictions.predicted != truth).astype(np.float64)
    return wrong


def less(
    metric: Metric, truth: Truth, production: Predictions, version: Predictions, together: Together
) -> Less:
    """How much less of what the metric counts there would have been.

    Args:
        metric: a mean of what is counted, less or (of right rows) more is better.
        truth: (n,) labels.
        production: what was predicted then.
        version: what the version predicts.
        together: which rows belong together.

    >>> from core.stats.metrics import METRICS
    >>> truth = np.repeat([0, 1], 200)
    >>> was, would = (np.where(np.arange(400) % every, truth, 1 - truth) for every in (5, 10))
    >>> sides = [Predictions.from_outputs(np.eye(2)[side]) for side in (was, would)]
    >>> fewer = less(METRICS["accuracy"], truth, *sides, Together())
    >>> fewer.before, fewer.after, fewer.value
    (80.0, 40.0, 40.0)
    """
    before, after = (row_losses(metric, truth, side) for side in (production, version))
    paired, why = metric.compare_together(truth, production, version, LEVEL, together)
    rows = paired.n
    value = float(before.sum() - after.sum())
    return Less(
        float(before.sum()),
        float(after.sum()),
        value,
        value - rows * (paired.difference - paired.low),
        value + rows * (paired.high - paired.difference),
        why,
    )


def money(
    metrics: MetricTable, truth: Truth, production: Predictions, version: Predictions, together: Together
) -> Less | None:
    """What would have been paid less, in the currency of the costs; None where nobody said any."""
    cost = metrics.get(COST)
    return None if cost is None else less(cost, truth, production, version, together)


def by_chunk(chunks: "pd.Series[str]", before: Floats, after: Floats) -> pd.DataFrame:
    """Sums of each chunk in order: columns `chunk`, `rows`, `before`, `after`, and `so_far`, the sum of less.

    >>> by_chunk(pd.Series(["a", "a", "b"]), np.array([1.0, 0.0, 1.0]), np.zeros(3))["so_far"].tolist()
    [1.0, 2.0]
    """
    table = pd.DataFrame({"chunk": chunks.to_numpy(), "rows": 1, "before": before, "after": after})
    sums = table.groupby("chunk", sort=True).sum().reset_index()
    return sums.assign(so_far=(sums["before"] - sums["after"]).cumsum())
