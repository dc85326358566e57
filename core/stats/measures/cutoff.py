"""Precision and recall at a cut that is not the model's own: at a score, or in the top of the rows."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.stats import class_metrics as classes
from core.stats.arrays import Floats, Ints
from core.stats.bootstrap import BootstrapRules
from core.stats.counts import MetricCounts, ObservedCounts
from core.stats.intervals import share_variance
from core.stats.measures.score_scale import warp
from core.stats.metric import Margin, Metric
from core.stats.paired import Difference
from core.stats.pairings import Pairing, by_cells
from core.stats.predictions import Predictions, Truth, decisions

Cut = Callable[[Floats, Floats], Floats]
"""(..., B) rows of the positive class and of the other by the bin of their score -> (..., B) part of each bin
that lies above the cut."""
LEAST = 1e-9


def at_score(threshold: float) -> Cut:
    """Above a score; within its bin rows are spread evenly.

    >>> at_score(0.5)(np.array([1.0, 1, 1, 1]), np.zeros(4)).tolist()
    [0.0, 0.0, 1.0, 1.0]
    """

    def part(positives: Floats, _: Floats) -> Floats:
        bins = positives.shape[-1]
        above: Floats = np.clip(np.arange(bins) + 1 - float(warp(np.array(threshold))) * bins, 0, 1)
        return np.broadcast_to(above, positives.shape)

    return part


def at_top(share: float) -> Cut:
    """The share of the rows with the highest scores; within the bin of the last of them all are alike.

    >>> at_top(0.25)(np.array([1.0, 1, 1, 1]), np.ones(4)).tolist()
    [0.0, 0.0, 0.0, 1.0]
    """

    def part(positives: Floats, negatives: Floats) -> Floats:
        rows = positives + negatives
        down = rows[..., ::-1].cumsum(-1)[..., ::-1]
        left = share * rows.sum(-1, keepdims=True) - (down - rows)
        above: Floats = np.clip(left / np.maximum(rows, LEAST), 0, 1)
        return above

    return part


def cutoff_metric(name: str, kind: str, cut: Cut, decide: Callable[[Floats], Ints], where: str) -> Metric:
    """Precision or recall of two classes at a cut.

    Args:
        name: of the metric, with its parameter.
        kind: "precision" or "recall".
        cut: of the bins of a profile.
        decide: (n, 2) probabilities -> (n,) classes, of rows.
        where: the cut in words: "at a score of 0.2", "in the top 5 %".
    """
    precise = kind == "precision"

    def rows_above(counts: MetricCounts) -> tuple[Floats, Floats]:
        """Rows of the positive class above the cut, and rows that the share is of."""
        positives, negatives = counts.positives[..., 0, :], counts.negatives[..., 0, :]
        above = cut(positives, negatives)
        right = (positives * above).sum(-1)
        whole = ((positives + negatives) * above if precise else positives).sum(-1)
        return right, whole

    def value(counts: MetricCounts) -> Floats:
        right, whole = rows_above(counts)
        share: Floats = np.divide(right, whole, out=np.full(np.shape(right), np.nan), where=whole > LEAST)
        return share

    def variance(counts: ObservedCounts) -> float:
        right, whole = rows_above(counts)
        return share_variance(float(right), float(whole))

    return Metric(
        name=name,
        title=f"{kind.capitalize()} {where}",
        plain=f"share of its alarms {where} that are right" if precise else f"share of cases found {where}",
        unit="share",
        better="higher",
        bounds=(0, 1),
        value=value,
        variance=variance,
        margin=Margin(0.005),
        pairing=_decide_anew(by_cells(classes.precision if precise else classes.recall), decide),
        needs=frozenset({"scores", "two labels"}),
        two_classes=True,
    )


def decide_top(share: float) -> Callable[[Floats], Ints]:
    """The share of the rows with the highest scores are positive; of equal scores those that came first.

    >>> decide_top(0.5)(np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.7, 0.3]])).tolist()
    [0, 1, 1, 0]
    """

    def decide(probabilities: Floats) -> Ints:
        order = np.argsort(-probabilities[:, 1], kind="stable")
        decided = np.zeros(len(order), dtype=np.int64)
        decided[order[: round(share * len(order))]] = 1
        return decided

    return decide


def decide_at(threshold: float) -> Callable[[Floats], Ints]:
    """The positive class from the threshold on."""

    def decide(probabilities: Floats) -> Ints:
        return decisions(probabilities, threshold)

    return decide


def _decide_anew(pairing: Pairing, decide: Callable[[Floats], Ints]) -> Pairing:
    """The pairing of decisions that are made at the cut."""

    def cut(predictions: Predictions) -> Predictions:
        return replace(predictions, predicted=decide(predictions.probabilities))

    def value(truth: Truth, predictions: Predictions) -> float:
        return pairing.value(truth, cut(predictions))

    def compare(
        truth: Truth, a: Predictions, b: Predictions, alpha: float, rules: BootstrapRules
    ) -> Difference:
        return pairing.compare(truth, cut(a), cut(b), alpha, rules)

    def contribution(truth: Truth, a: Predictions, b: Predictions) -> Floats:
        return pairing.influence(truth, cut(a), cut(b))

    return replace(pairing, value=value, compare=compare, influence=contribution)
