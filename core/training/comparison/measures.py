"""The metrics of a comparison: how each is compared in pairs, and how large a loss does not matter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import RetrainError
from core.stats import paired
from core.stats.metric_titles import LOWER_IS_BETTER, METRIC_TITLES, OF_NUMBERS
from core.stats.paired import Difference, Floats
from core.training.comparison.predictions import Answers

LEAST_PROBABILITY = 1e-15

Truth = npt.NDArray[Any]
Value = Callable[[Truth, Answers], float]
Columns = Callable[[Truth, Answers], Floats]
Compare = Callable[[Truth, Answers, Answers, float], Difference]


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric.

    Attributes:
        margin: a loss that does not matter, in the unit of the metric; `relative` makes it a share of it.
        value: (truth, answers) -> the metric of one model; the truth is class numbers, or numbers.
        compare: (truth, champion, challenger, alpha) -> difference, + is better.
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


def _of_errors(
    name: str, margin: float, columns: Columns, score: paired.Summary, *, relative: bool
) -> Measure:
    def value(truth: Truth, a: Answers) -> float:
        return float(score(columns(truth, a).mean(axis=0, keepdims=True))[0])

    def compare(truth: Truth, a: Answers, b: Answers, alpha: float) -> Difference:
        return paired.summaries(columns(truth, a), columns(truth, b), score, name in LOWER_IS_BETTER, alpha)

    return Measure(name, margin, value, compare, relative)


def misses(truth: Truth, answers: Answers) -> Floats:
    """Absolute error of each row."""
    return np.asarray(np.abs(answers.predicted - truth))


def _errors(truth: Truth, answers: Answers) -> Floats:
    return np.asarray(answers.predicted - truth)[:, None]


def _squared_errors(truth: Truth, answers: Answers) -> Floats:
    return _errors(truth, answers) ** 2


def _explained(truth: Truth, answers: Answers) -> Floats:
    centred = truth - truth.mean()
    return np.column_stack([_squared_errors(truth, answers)[:, 0], centred, centred**2])


def _r2(means: Floats) -> Floats:
    spread = np.maximum(means[:, 2] - means[:, 1] ** 2, np.finfo(float).tiny)
    return np.asarray(1 - means[:, 0] / spread)


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
        _loss("mae", misses),
        _of_errors("rmse", 0.01, _squared_errors, lambda m: np.sqrt(m[:, 0]), relative=True),
        _of_errors("bias", 0.1, _errors, lambda m: m[:, 0], relative=True),
        _of_errors("r2", 0.005, _explained, _r2, relative=False),
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

    >>> reported("roc_auc"), reported("rmse")
    (['roc_auc', 'accuracy', 'log_loss'], ['rmse', 'mae', 'bias', 'r2'])
    """
    beside = OF_NUMBERS if metric in OF_NUMBERS else ("accuracy", "log_loss")
    return list(dict.fromkeys([metric, *beside]))
