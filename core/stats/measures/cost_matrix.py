"""What decisions cost: a matrix of costs by label and prediction as a metric, in a currency."""

from math import inf

import numpy as np

from core.stats.arrays import Floats
from core.stats.counts import MetricCounts, ObservedCounts
from core.stats.intervals import delta
from core.stats.metric import Margin, Metric
from core.stats.pairings import by_row_losses
from core.stats.predictions import Predictions, Truth

NAME = "cost"
HALF_A_ROW = 0.5
"""Added to every cell for the variance alone (Jeffreys 1946): a cell of which nothing was seen may yet occur,
and its cost is no certainty."""
MARGIN = Margin(0.01, relative=True)
"""As of every loss: a hundredth of what it is."""


def cost_metric(matrix: Floats | None = None, currency: str = "") -> Metric:
    """The mean cost of a row, less is better; costs below 0 are gains.

    Args:
        matrix: (K, K) what a row costs by label and prediction; None: only its name and unit are asked for,
            and it has no value.
        currency: in which it is counted.

    >>> from core.stats.counts import counts_of_matrices
    >>> metric = cost_metric(np.array([[0, 5], [50, 2]]), "EUR")
    >>> float(metric.value(counts_of_matrices(np.array([[90.0, 4], [1, 5]]))))
    0.8
    """
    costs = np.full((1, 1), np.nan) if matrix is None else np.asarray(matrix, dtype=np.float64)
    known = matrix is not None

    def value(counts: MetricCounts) -> Floats:
        total = np.maximum(counts.confusion.sum((-1, -2)), 1e-9)
        mean: Floats = (counts.confusion * costs).sum((-1, -2)) / total
        return mean

    def variance(counts: ObservedCounts) -> float:
        filled = counts.confusion + HALF_A_ROW
        return delta(filled, costs / filled.sum())

    def row_costs(truth: Truth, predictions: Predictions) -> Floats:
        of_rows: Floats = costs[truth, predictions.predicted]
        return of_rows

    return Metric(
        name=NAME,
        title=f"Cost ({currency})" if currency else "Cost",
        plain="what its decisions cost for each row",
        unit="amount",
        better="lower",
        bounds=(float(costs.min()), float(costs.max())) if known else (0, inf),
        value=value,
        variance=variance,
        margin=MARGIN,
        pairing=by_row_losses(row_costs),
        guards=True,
        reported=True,
        counted_in=currency,
    )
