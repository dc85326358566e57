"""Fit a recipe: cross-validation on the training rows, then once on all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from core.errors import RetrainError
from core.stats.folds import FOLDS, assign, groups
from core.stats.intervals import Z95
from core.stats.metrics import METRICS, reported_beside
from core.stats.pairings import FromRows
from core.stats.predictions import Predictions, Truth
from core.training.comparison.predictions import ask
from core.training.comparison.predictions import truth as truth_of

DRAWS = 100
TENTHS = np.linspace(0.1, 0.9, 9)

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a fit gives.

    Attributes:
        estimator: fitted on all training rows.
        out_of_fold: what a model that did not see it said of each training row.
        cv: metric -> value and 95 % interval over those rows.
    """

    estimator: Pipeline
    out_of_fold: Predictions
    cv: dict[str, dict[str, float]]


def fit(
    recipe: Pipeline,
    X: pd.DataFrame,
    y: "pd.Series[Any]",
    classes: tuple[str, ...],
    *,
    metric: str,
    seed: int,
    copies: npt.NDArray[np.uint64],
    progress: Progress,
) -> Fitted:
    """Cross-validate, then fit on everything.

    Args:
        recipe: unfitted; stays so.
        X: features, n rows.
        y: string labels, or for regression numbers, n.
        classes: in the order of the scores; none for regression.
        metric: metric of record; `reported_beside` names those that are reported beside it.
        seed: of the folds.
        copies: n hashes of the rows' content; rows of equal content share a fold, because a copy in the
            training part would make a model look too good.
        progress: is told the done fraction and what is done.

    Raises:
        RetrainError: a class has too few rows for this recipe.
    """
    labels = y.to_numpy(dtype=object) if classes else truth_of(y, classes)
    try:
        # BLAS threads that wait for each other make a fit up to ten times slower beside any other work
        with threadpool_limits(1, user_api="blas"):
            said = _out_of_fold(recipe, X, labels, classes, folds(labels, copies, seed), progress)
            estimator = clone(recipe).fit(X, labels)
    except ValueError as error:
        raise RetrainError(
            f"The recipe cannot learn from these rows: {error}", "Choose another recipe or label more rows."
        ) from error
    return Fitted(estimator, said, scores(y, said, classes, metric))


def _out_of_fold(
    recipe: Pipeline,
    X: pd.DataFrame,
    labels: npt.NDArray[Any],
    classes: tuple[str, ...],
    number: npt.NDArray[np.int64],
    progress: Progress,
) -> Predictions:
    """What a model that did not see its fold says of each row; says when the whole fit begins."""
    said = Predictions.from_outputs(np.zeros((len(X), len(classes)) if classes else len(X)))
    parts = int(number.max()) + 1
    for index in range(parts):
        learn, test = np.flatnonzero(number != index), np.flatnonzero(number == index)
        progress(index / (parts + 1), f"Fold {index + 1} of {parts}")
        model = clone(recipe).fit(X.iloc[learn], labels[learn])
        answers = ask(model, X.iloc[test], classes)
        said.probabilities[test], said.predicted[test] = answers.probabilities, answers.predicted
    progress(parts / (parts + 1), "Fitting on all training rows")
    return said


def folds(labels: npt.NDArray[Any], copies: npt.NDArray[np.uint64], seed: int) -> npt.NDArray[np.int64]:
    """The fold of each row: classes (of numbers: tenths) spread evenly, copies together, every row judged.

    >>> number = folds(np.array([*"abababababab"], dtype=object), np.repeat(np.arange(6), 2), 0)
    >>> bool((number[::2] == number[1::2]).all())
    True
    """
    if labels.dtype.kind == "f":
        labels = np.searchsorted(np.quantile(labels, TENTHS), labels)
    given = np.unique(labels.astype(str), return_inverse=True)[1]
    group = groups(copies)
    return assign(given, group, k=min(FOLDS, int(group.max()) + 1), seed=seed, judge_rare=True)


def scores(
    y: "pd.Series[Any]", said: Predictions, classes: tuple[str, ...], metric: str
) -> dict[str, dict[str, float]]:
    """Each reported metric with its 95 % bootstrap interval, as {metric: {value, low, high}}."""
    truth = truth_of(y, classes)
    rng = np.random.default_rng(0)
    draws = [rng.integers(0, len(truth), len(truth)) for _ in range(DRAWS)]
    return {m.name: _interval(m.of_rows, truth, said, draws) for m in reported_beside(METRICS[metric])}


def _interval(
    value: FromRows, truth: Truth, said: Predictions, draws: list[npt.NDArray[Any]]
) -> dict[str, float]:
    alone = value(truth, said)
    reach = Z95 * float(np.std([value(truth[rows], said.at(rows)) for rows in draws], ddof=1))
    return {"value": alone, "low": alone - reach, "high": alone + reach}
