"""How a metric is computed from rows and compared in pairs: five ways, of which each metric takes one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from core.stats import auc, paired
from core.stats.arrays import Bools, Floats
from core.stats.bootstrap import BootstrapRules
from core.stats.counts import MetricCounts, counts_of_errors, counts_of_matrices
from core.stats.error_moments import COLUMNS, LABELLED, row_moments
from core.stats.paired import Difference
from core.stats.predictions import Predictions, Truth
from core.stats.together import influence

FromCounts: TypeAlias = Callable[[MetricCounts], Floats]
FromRows: TypeAlias = Callable[[Truth, Predictions], float]
RowLosses: TypeAlias = Callable[[Truth, Predictions], Floats]
Influence: TypeAlias = Callable[[Truth, Predictions, Predictions], Floats]
Compare: TypeAlias = Callable[[Truth, Predictions, Predictions, float, BootstrapRules], Difference]
Cost: TypeAlias = Literal["one pass", "one sort", "10,000 draws of cells", "10,000 draws of rows"]


@dataclass(frozen=True, slots=True)
class Pairing:
    """One way.

    Attributes:
        value: (truth, predictions) -> the metric of one model.
        compare: (truth, champion, challenger, alpha, rules) -> difference, + is better.
        influence: (truth, champion, challenger) -> (n,) contribution of each row to it, of mean 0.
        method: its name in `docs/methods/comparison.md`.
        cost: what a comparison takes; 100,000 rows: .01 s for a pass, .1 s for a sort or draws of cells,
            1 s for draws of rows.
        losses: (truth, predictions) -> (n,) loss of each row, of a metric that is their mean; NaN where a row
            does not count. None of any other.
    """

    value: FromRows
    compare: Compare
    influence: Influence
    method: str
    cost: Cost
    losses: RowLosses | None = None


def by_right_rows() -> Pairing:
    """Accuracy: McNemar's test and the interval of Agresti and Min."""

    def value(truth: Truth, predictions: Predictions) -> float:
        return float((predictions.predicted == truth).mean())

    def compare(truth: Truth, a: Predictions, b: Predictions, alpha: float, _: BootstrapRules) -> Difference:
        return paired.accuracy(a.predicted == truth, b.predicted == truth, alpha)

    def contribution(truth: Truth, a: Predictions, b: Predictions) -> Floats:
        gain = (b.predicted == truth).astype(float) - (a.predicted == truth)
        centred: Floats = gain - gain.mean()
        return centred

    return Pairing(value, compare, contribution, "paired proportions", "one pass")


def by_ranks() -> Pairing:
    """Area under the ROC curve: DeLong."""

    def value(truth: Truth, predictions: Predictions) -> float:
        return auc.rows_macro_area(truth, predictions.probabilities)[0]

    def compare(truth: Truth, a: Predictions, b: Predictions, alpha: float, _: BootstrapRules) -> Difference:
        return paired.roc_auc(truth, a.probabilities, b.probabilities, alpha)

    def contribution(truth: Truth, a: Predictions, b: Predictions) -> Floats:
        before, after = (auc.rows_macro_area(truth, side.probabilities)[1] for side in (a, b))
        scaled: Floats = (after - before) * len(truth)
        return scaled

    return Pairing(value, compare, contribution, "DeLong", "one sort")


def by_row_losses(losses: RowLosses) -> Pairing:
    """A mean of losses of rows, less is better: Student's t."""

    def value(truth: Truth, predictions: Predictions) -> float:
        return float(losses(truth, predictions).mean())

    def compare(
        truth: Truth, a: Predictions, b: Predictions, alpha: float, rules: BootstrapRules
    ) -> Difference:
        return paired.loss(losses(truth, a), losses(truth, b), alpha, rules)

    def contribution(truth: Truth, a: Predictions, b: Predictions) -> Floats:
        gain = losses(truth, a) - losses(truth, b)
        centred: Floats = gain - gain.mean()
        return centred

    return Pairing(value, compare, contribution, "paired differences", "one pass", losses)


def by_cells(of_counts: FromCounts) -> Pairing:
    """A metric of the confusion, more is better: the multinomial bootstrap."""

    def score(matrices: Floats) -> Floats:
        return of_counts(counts_of_matrices(matrices))

    def value(truth: Truth, predictions: Predictions) -> float:
        classes = predictions.classes
        counts = np.bincount(truth * classes + predictions.predicted, minlength=classes**2)
        return float(score(counts.reshape(classes, classes).astype(np.float64)))

    def compare(
        truth: Truth, a: Predictions, b: Predictions, alpha: float, rules: BootstrapRules
    ) -> Difference:
        return paired.confusion(truth, a.predicted, b.predicted, a.classes, score, alpha, rules=rules)

    def contribution(truth: Truth, a: Predictions, b: Predictions) -> Floats:
        before, after = (influence.of_cells(truth, side.predicted, a.classes, score) for side in (a, b))
        apart: Floats = after - before
        return apart

    return Pairing(value, compare, contribution, "bootstrap of cells", "10,000 draws of cells")


def by_moments(of_counts: FromCounts, columns: Sequence[int], *, lower: bool) -> Pairing:
    """A metric of the moments of errors: the bootstrap of the columns that it reads."""

    def means(truth: Truth, predictions: Predictions) -> Floats:
        centre = float(np.mean(truth))
        rows: Floats = row_moments(truth, predictions.predicted, centre)[:, list(columns)]
        return rows

    def score(drawn: Floats) -> Floats:
        sums = np.zeros((len(drawn), COLUMNS))
        sums[:, LABELLED] = 1.0
        sums[:, list(columns)] = drawn
        return of_counts(counts_of_errors(sums))

    def value(truth: Truth, predictions: Predictions) -> float:
        return float(score(means(truth, predictions).mean(axis=0, keepdims=True))[0])

    def compare(
        truth: Truth, a: Predictions, b: Predictions, alpha: float, rules: BootstrapRules
    ) -> Difference:
        return paired.summaries(means(truth, a), means(truth, b), score, alpha, lower=lower, rules=rules)

    def contribution(truth: Truth, a: Predictions, b: Predictions) -> Floats:
        def merit(drawn: Floats) -> Floats:
            return -np.abs(score(drawn)) if lower else score(drawn)

        before, after = (influence.of_means(means(truth, side), merit) for side in (a, b))
        apart: Floats = after - before
        return apart

    return Pairing(value, compare, contribution, "bootstrap of rows", "10,000 draws of rows")


def on_rows(pairing: Pairing, counts: Callable[[Truth], Bools]) -> Pairing:
    """The pairing over some rows only: those whose label counts."""

    def value(truth: Truth, predictions: Predictions) -> float:
        some = counts(truth)
        return pairing.value(truth[some], predictions.at(some))

    def compare(
        truth: Truth, a: Predictions, b: Predictions, alpha: float, rules: BootstrapRules
    ) -> Difference:
        some = counts(truth)
        return pairing.compare(truth[some], a.at(some), b.at(some), alpha, rules)

    def contribution(truth: Truth, a: Predictions, b: Predictions) -> Floats:
        some = counts(truth)
        spread = np.zeros(
            len(truth)
        )  # the others add nothing, and the variance is that of the rows that count
        spread[some] = pairing.influence(truth[some], a.at(some), b.at(some)) * (len(truth) / some.sum())
        return spread

    def losses(truth: Truth, predictions: Predictions) -> Floats:
        some = counts(truth)
        spread = np.full(len(truth), np.nan)
        spread[some] = of_rows(truth[some], predictions.at(some)) if of_rows is not None else np.nan
        return spread

    of_rows = pairing.losses
    of_some = losses if of_rows is not None else None
    return replace(pairing, value=value, compare=compare, influence=contribution, losses=of_some)
