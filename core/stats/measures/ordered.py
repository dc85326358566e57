"""Classes that have an order: how far a decision is off counts, not only whether it is off."""

from collections.abc import Sequence

import numpy as np

from core.stats.arrays import Floats
from core.stats.counts import MetricCounts, ObservedCounts
from core.stats.intervals import delta
from core.stats.metric import Margin, Metric
from core.stats.pairings import by_cells, by_row_losses
from core.stats.predictions import Predictions, Truth

DISTANCE, KAPPA = "class_distance", "weighted_kappa"
HALF_A_ROW = 0.5
"""Added to every cell for the variance alone (Jeffreys 1946)."""
CERTAIN = 3.1
"""Errors are called near beyond chance at one in a thousand (one-sided), as an alarm is."""
THREE = 3
"""Of two classes every error is as far off as any other."""


def places(classes: Sequence[str], order: Sequence[str] = ()) -> Floats | None:
    """(K,) rank of each class, of three classes and more; None where they have no order.

    Args:
        classes: K names; without an order that somebody said all of them must be numbers.
        order: the names from the lowest to the highest; a class that is not among them, because it was added
            later, stands above them.

    >>> places(("1", "10", "2")).tolist(), places(("low", "high", "mid")) is None
    ([0.0, 2.0, 1.0], True)
    >>> places(("high", "low", "mid", "top"), ("low", "mid", "high")).tolist()
    [2.0, 0.0, 1.0, 3.0]
    """
    if order:
        later = [name for name in classes if name not in order]
        at = {name: float(number) for number, name in enumerate([*order, *later])}
        return np.array([at[name] for name in classes]) if len(classes) >= THREE else None
    try:
        numbers = [float(name) for name in classes]
    except ValueError:
        return None
    distinct = np.unique(numbers)
    if len(distinct) < max(THREE, len(classes)):
        return None
    return np.asarray(np.searchsorted(distinct, numbers), dtype=np.float64)


def are_ordered(counts: ObservedCounts, ranks: Floats) -> bool:
    """Whether errors lie nearer than those of classes without an order would, beyond chance.

    Without an order an error goes to any other class as often as that class is predicted at all.

    >>> from core.stats.counts import counts_of_matrices
    >>> near = np.array([[90.0, 10, 0], [10, 80, 10], [0, 10, 90]])
    >>> parts = counts_of_matrices(near)
    >>> named = {name: getattr(parts, name) for name in parts.__slots__}
    >>> rest = {"labelled": 300, "scored": 0, "log_loss_square": 0.0, "brier_square": 0.0}
    >>> are_ordered(ObservedCounts(**named, **rest), np.arange(3.0))
    True
    """
    distance = _distances(ranks)
    wrong = counts.confusion * (distance > 0)
    errors = wrong.sum(axis=1)
    others = counts.predicted * (distance > 0)
    share = others / np.maximum(others.sum(axis=1, keepdims=True), 1e-9)
    mean = (share * distance).sum(axis=1)
    variance = float((errors * ((share * distance**2).sum(axis=1) - mean**2)).sum())
    nearer = float((errors * mean).sum() - (wrong * distance).sum())
    return variance > 0 and nearer > CERTAIN * variance**0.5


def ordered_metrics(ranks: Floats) -> tuple[Metric, Metric]:
    """Mean distance between label and prediction, in classes; weighted kappa with squared distances.

    Args:
        ranks: (K,) place of each class in the order.
    """
    return _distance(ranks), _kappa(ranks)


def _distances(ranks: Floats) -> Floats:
    apart: Floats = np.abs(ranks[:, None] - ranks[None, :])
    return apart


def _distance(ranks: Floats) -> Metric:
    apart = _distances(ranks)

    def value(counts: MetricCounts) -> Floats:
        mean: Floats = (counts.confusion * apart).sum((-1, -2)) / np.maximum(
            counts.confusion.sum((-1, -2)), 1e-9
        )
        return mean

    def variance(counts: ObservedCounts) -> float:
        filled = counts.confusion + HALF_A_ROW / ranks.size
        return delta(filled, apart / filled.sum())

    def row_distances(truth: Truth, predictions: Predictions) -> Floats:
        of_rows: Floats = apart[truth, predictions.predicted]
        return of_rows

    return Metric(
        name=DISTANCE,
        title="Mean distance of classes",
        plain="how many classes it is off on average",
        unit="amount",
        better="lower",
        bounds=(0, float(apart.max(initial=0))),
        value=value,
        variance=variance,
        margin=Margin(0.01, relative=True),
        pairing=by_row_losses(row_distances),
        needs=frozenset({"two labels"}),
        guards=True,
        guards_where=lambda counts: are_ordered(counts, ranks),
        wording="mean error",
        counted_in="classes",
    )


def _kappa(ranks: Floats) -> Metric:
    weight = _distances(ranks) ** 2

    def value(counts: MetricCounts) -> Floats:
        disagreement, expected, _, _ = _parts(counts.confusion, weight)
        kappa: Floats = 1 - np.divide(
            disagreement, expected, out=np.full(np.shape(expected), np.nan), where=expected > 0
        )
        return kappa

    def variance(counts: ObservedCounts) -> float:
        filled = counts.confusion + HALF_A_ROW / ranks.size
        disagreement, expected, labels, predictions = _parts(filled, weight)
        by_label, by_prediction = weight @ predictions, weight.T @ labels
        slope = disagreement / expected**2 * (by_label[:, None] + by_prediction[None, :])
        return delta(filled, (slope - weight / expected) / filled.sum())

    return Metric(
        name=KAPPA,
        title="Weighted kappa",
        plain="agreement beyond chance, far errors counting more",
        unit="own",
        better="higher",
        bounds=(-1, 1),
        value=value,
        variance=variance,
        margin=Margin(0.005),
        pairing=by_cells(value),
        short="quadratic kappa",
        needs=frozenset({"two labels"}),
        chance=lambda _: 0.0,
    )


def _parts(confusion: Floats, weight: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Weighted disagreement, that by chance, shares of the labels and of the predictions."""
    share = confusion / np.maximum(confusion.sum((-1, -2), keepdims=True), 1e-9)
    labels, predictions = share.sum(-1), share.sum(-2)
    expected: Floats = np.einsum("...i,ij,...j->...", labels, weight, predictions)
    disagreement: Floats = (share * weight).sum((-1, -2))
    return disagreement, expected, labels, predictions
