"""The metrics of a comparison: how each is compared in pairs, and how large a loss does not matter."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import RetrainError
from core.frames.titles import METRIC_TITLES
from core.retraining import paired
from core.retraining.answers import Answers
from core.retraining.paired import Difference, Floats

LEAST_PROBABILITY = 1e-15


Truth = npt.NDArray[np.intp]
Value = Callable[[Truth, Answers], float]
Compare = Callable[[Truth, Answers, Answers, float], Difference]


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric.

    Attributes:
        margin: a loss that does not matter, in the unit of the metric; `relative` makes it a share of it.
        value: (class numbers, answers) -> the metric of one model.
        compare: (class numbers, champion, challenger, alpha) -> difference, + is better.
    """

    name: str
    margin: float
    value: Value
    compare: Compare
    relative: bool = False

    @property
    def title(self) -> str:
        """What people read."""
        return METRIC_TITLES[self.name]

    def margin_at(self, champion: float) -> float:
        """The margin in the unit of the metric, given the champion's value."""
        return self.margin * abs(champion) if self.relative else self.margin


def _accuracy() -> Measure:
    def compare(truth: Truth, a: Answers, b: Answers, alpha: float) -> Difference:
        return paired.accuracy(a.predicted == truth, b.predicted == truth, alpha)

    return Measure("accuracy", 0.005, lambda t, a: float((a.predicted == t).mean()), compare)


def _roc_auc() -> Measure:
    def compare(truth: Truth, a: Answers, b: Answers, alpha: float) -> Difference:
        return paired.roc_auc(truth, a.probabilities, b.probabilities, alpha)

    return Measure("roc_auc", 0.005, lambda t, a: paired.macro_auc(t, a.probabilities)[0], compare)


def _loss(name: str, of_rows: Callable[[Truth, Answers], Floats]) -> Measure:
    def compare(truth: Truth, a: Answers, b: Answers, alpha: float) -> Difference:
        return paired.loss(of_rows(truth, a), of_rows(truth, b), alpha)

    return Measure(name, 0.01, lambda t, a: float(of_rows(t, a).mean()), compare, relative=True)


def _of_matrix(name: str, score: paired.Score) -> Measure:
    def compare(truth: Truth, a: Answers, b: Answers, alpha: float) -> Difference:
        classes = a.probabilities.shape[1]
        return paired.confusion(truth, a.predicted, b.predicted, classes, score, alpha)

    def value(truth: Truth, a: Answers) -> float:
        return float(score(paired.matrix(truth, a.predicted, a.probabilities.shape[1]))[0])

    return Measure(name, 0.005, value, compare)


def surprise(truth: Truth, answers: Answers) -> Floats:
    """Log-loss of each row."""
    said: Floats = answers.probabilities[np.arange(len(truth)), truth]
    return -np.log(np.clip(said, LEAST_PROBABILITY, 1))


def squares(truth: Truth, answers: Answers) -> Floats:
    """Brier score of each row: of two classes the usual one, 0..1; of more the sum over them, 0..2."""
    classes = answers.probabilities.shape[1]
    hit: Floats = ((answers.probabilities - np.eye(classes)[truth]) ** 2).sum(axis=1)
    return hit / 2 if classes == 2 else hit  # noqa: PLR2004 -- two classes


def recalls(matrices: Floats) -> Floats:
    """Share of each class that was found, shape (draws, classes); NaN where the class does not occur."""
    found = np.einsum("dkk->dk", matrices)
    return _ratio(found, matrices.sum(axis=2))


def precisions(matrices: Floats) -> Floats:
    """Share of each prediction that was right, shape (draws, classes); 0 where it never occurs."""
    return np.nan_to_num(_ratio(np.einsum("dkk->dk", matrices), matrices.sum(axis=1)))


def f1s(matrices: Floats) -> Floats:
    """F1 of each class, shape (draws, classes)."""
    found = np.einsum("dkk->dk", matrices)
    return np.nan_to_num(_ratio(2 * found, matrices.sum(axis=2) + matrices.sum(axis=1)))


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0)


def _summary(values: Floats) -> Floats:
    """The positive class of two; the mean over more."""
    two = values.shape[1] == 2  # noqa: PLR2004 -- two classes
    summary: Floats = np.nan_to_num(values[:, 1] if two else np.nanmean(values, axis=1))
    return summary


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        _accuracy(),
        _roc_auc(),
        _loss("log_loss", surprise),
        _loss("brier", squares),
        _of_matrix("balanced_accuracy", lambda m: np.asarray(np.nanmean(recalls(m), axis=1))),
        _of_matrix("f1", lambda m: _summary(f1s(m))),
        _of_matrix("precision", lambda m: _summary(precisions(m))),
        _of_matrix("recall", lambda m: _summary(recalls(m))),
    )
}


def measure(name: str) -> Measure:
    """The metric of that name.

    Raises:
        RetrainError: comparisons do not know it.
    """
    if name not in MEASURES:
        known = ", ".join(sorted(MEASURES))
        raise RetrainError(f"{name!r} cannot be compared in pairs.", f"Choose one of: {known}.")
    return MEASURES[name]


def reported(metric: str) -> list[str]:
    """The metrics that every comparison reports, the metric of record first.

    >>> reported("roc_auc")
    ['roc_auc', 'accuracy', 'log_loss']
    """
    return list(dict.fromkeys([metric, "accuracy", "log_loss"]))
