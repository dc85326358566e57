"""The loss of a model that predicts a quantile of an amount: too low and too high cost differently."""

import numpy as np

from core.stats import error_moments as moments
from core.stats.arrays import Floats
from core.stats.counts import MetricCounts
from core.stats.error_moments import ERROR, SIGNED, SIZE, SQUARE
from core.stats.intervals import student
from core.stats.metric import Margin, Metric
from core.stats.pairings import by_row_losses
from core.stats.predictions import Predictions, Truth


def pinball_metric(name: str, quantile: float) -> Metric:
    """The mean quantile loss (Koenker, Bassett 1978): q for each unit too low, 1 - q for each too high.

    Args:
        name: of the metric, with its parameter.
        quantile: that the model predicts, between 0 and 1.
    """
    skew = 1 - 2 * quantile

    def influence(_: Floats, groups: Floats) -> tuple[Floats, Floats]:
        first: Floats = (groups[..., SIZE] + skew * groups[..., ERROR]) / 2
        second: Floats = ((1 + skew**2) * groups[..., SQUARE] + 2 * skew * groups[..., SIGNED]) / 4
        return first, second

    def value(counts: MetricCounts) -> Floats:
        return moments.mean_of(counts.errors, influence)

    def row_losses(truth: Truth, predictions: Predictions) -> Floats:
        error = predictions.predicted - truth
        losses: Floats = (np.abs(error) + skew * error) / 2
        return losses

    return Metric(
        name=name,
        title=f"Quantile loss at {quantile:g}",
        plain=f"how far it is off as the {100 * quantile:g} % quantile",
        unit="amount",
        better="lower",
        bounds=(0, np.inf),
        value=value,
        variance=lambda t: moments.sampling_variance(influence, t.errors),
        margin=Margin(0.01, relative=True),
        pairing=by_row_losses(row_losses),
        interval=student,
        influence=influence,
    )
