"""Fit a recipe: cross-validation on the training rows, then once on all of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from core.errors import RetrainError
from core.stats.arrays import Ints
from core.stats.executors.side_by_side import side_by_side
from core.stats.folds import FOLDS, assign, groups
from core.stats.intervals import Z95
from core.stats.metrics import METRICS, MetricTable, reported_beside
from core.stats.pairings import FromRows
from core.stats.predictions import Predictions, Truth
from core.training.boosters.errors import own_errors
from core.training.predictions import predict
from core.training.tasks import Task
from core.training.treatments.fit_treated import Treatments, fit_each

Progress = Callable[[float, str], None]
ON_ALL = "Fitting on all training rows"


@dataclass(frozen=True, slots=True)
class FitRules:
    """How a recipe is cross-validated.

    Attributes:
        folds: five, as everywhere (`core.stats.folds`): a model learns from 80 % of the rows.
        draws: rows are drawn anew so often for the standard error of a metric, which is then known within
            1 / sqrt(2 * 99) = 7 % (Efron, Tibshirani 1993, chapter 6: 50 to 200 draws).
        most_drawn: of more rows only so many are drawn each time, and the standard error is scaled by the
            root of their share (Bickel, Götze, van Zwet 1997): 100 draws of 50,000 rows cost half a fit.
    """

    folds: int = FOLDS
    draws: int = 100
    most_drawn: int = 5_000


RULES = FitRules()


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a fit gives.

    Attributes:
        estimator: fitted on all training rows, as they are treated.
        judged: (m,) positions of the rows that are judged: all, or the window of the newest that it learns
            from (`Treatments.judged`).
        out_of_fold: for each of the m, predictions of a model that did not see it.
        folds: the fold of each of the m.
        cv: metric -> value and 95 % interval over these rows.
    """

    estimator: Any
    judged: Ints
    out_of_fold: Predictions
    folds: Ints
    cv: dict[str, dict[str, float]]


def fit(
    recipe: Pipeline,
    X: pd.DataFrame,
    y: "pd.Series[Any]",
    task: Task,
    *,
    metric: str,
    seed: int,
    copies: npt.NDArray[np.uint64],
    progress: Progress,
    rules: FitRules = RULES,
    metrics: MetricTable = METRICS,
    treatments: Treatments | None = None,
) -> Fitted:
    """Cross-validate, then fit on everything.

    Args:
        recipe: unfitted; stays so.
        X: features, n rows.
        y: string labels, or for regression numbers, n.
        task: how labels are read and the estimator is asked.
        metric: metric of record; `reported_beside` names those that are reported beside it.
        seed: of the folds.
        copies: n hashes of the rows' content; rows of equal content share a fold, because a copy in the
            training part would make a model look too good.
        progress: is told the done fraction and what is done.
        rules: how it is cross-validated.
        metrics: what the model can be judged by.
        treatments: of the rows that are learnt from, in each fold of those of the others; None: all alike.

    Raises:
        RetrainError: a class has too few rows for this recipe, or a treatment leaves too few.
    """
    targets, treated = task.targets(y), treatments or Treatments.none(len(X))
    with learning():
        number = assign_folds(task.strata(targets), copies, seed, rules.folds)
        every = _out_of_fold(recipe, X, targets, task, number, treated, progress)
    progress(rules.folds / (rules.folds + 1), ON_ALL)
    estimator, judged = fit_once(recipe, X, y, task, treated), treated.judged
    made = every.at(judged)
    cv = scores(task.truth(y.iloc[judged]), made, metric, rules, metrics)
    return Fitted(estimator, judged, made, number[judged], cv)


def fit_once(
    recipe: Pipeline, X: pd.DataFrame, y: "pd.Series[Any]", task: Task, treatments: Treatments | None = None
) -> Any:
    """Fit a copy of the recipe on all rows: what a holdout alone judges, for a sixth of the time.

    Raises:
        RetrainError: a class has too few rows for this recipe, or a treatment leaves too few.
    """
    treated = (treatments or Treatments.none(len(X))).apply(np.arange(len(X)))
    with learning():
        return fit_each(recipe, X, task.targets(y), treated)


@contextmanager
def learning() -> Iterator[None]:
    """Fits run with one BLAS thread inside, and say in words what they cannot learn.

    Raises:
        RetrainError: the estimator refused the rows.
    """
    try:
        # BLAS threads that wait for each other make a fit up to ten times slower beside any other work
        with threadpool_limits(1, user_api="blas"), catch_warnings():
            # rounds that a recipe bounds are spent on purpose: what they came to is judged like all else
            simplefilter("ignore", ConvergenceWarning)
            yield
    except _refusals() as error:
        raise RetrainError(
            f"The recipe cannot learn from these rows: {error}", "Choose another recipe or label more rows."
        ) from error


def _refusals() -> tuple[type[Exception], ...]:
    """How estimators say that they cannot learn from rows; looked up when one has failed and is loaded."""
    return (ValueError, *own_errors())


def _out_of_fold(
    recipe: Pipeline,
    X: pd.DataFrame,
    targets: npt.NDArray[Any],
    task: Task,
    number: npt.NDArray[np.int64],
    treatments: Treatments,
    progress: Progress,
) -> Predictions:
    """Predictions for each row of a model that did not see its fold."""
    predictions = task.blank(len(X))
    parts = int(number.max()) + 1

    def predict_fold(index: int) -> Predictions:
        learn, test = np.flatnonzero(number != index), np.flatnonzero(number == index)
        return predict(fit_each(recipe, X, targets, treatments.apply(learn)), X.iloc[test], task)

    def begin() -> Iterator[Callable[[], Predictions]]:
        for index in range(parts):
            progress(index / (parts + 1), f"Fold {index + 1} of {parts}")
            yield partial(predict_fold, index)

    for index, fold in enumerate(side_by_side(begin())):
        test = np.flatnonzero(number == index)
        predictions.probabilities[test], predictions.predicted[test] = fold.probabilities, fold.predicted
    return predictions


def assign_folds(
    strata: npt.NDArray[np.int64], copies: npt.NDArray[np.uint64], seed: int, folds: int = FOLDS
) -> npt.NDArray[np.int64]:
    """The fold of each row: strata spread evenly, copies together, every row predicted once.

    >>> number = assign_folds(np.tile([0, 1], 6), np.repeat(np.arange(6), 2), 0)
    >>> bool((number[::2] == number[1::2]).all())
    True
    """
    group = groups(copies)
    return assign(strata, group, k=min(folds, int(group.max()) + 1), seed=seed, judge_rare=True)


def scores(
    truth: Truth,
    predictions: Predictions,
    metric: str,
    rules: FitRules = RULES,
    metrics: MetricTable = METRICS,
) -> dict[str, dict[str, float]]:
    """Each reported metric with its 95 % bootstrap interval, as {metric: {value, low, high}}."""
    rng, most = np.random.default_rng(0), min(len(truth), rules.most_drawn)
    draws = [rng.integers(0, len(truth), most) for _ in range(rules.draws)]
    intervals = {}
    for reported in reported_beside(metrics[metric], metrics):
        intervals[reported.name] = _interval(reported.of_rows, truth, predictions, draws)
    return intervals


def _interval(
    of_rows: FromRows, truth: Truth, predictions: Predictions, draws: list[npt.NDArray[Any]]
) -> dict[str, float]:
    value = of_rows(truth, predictions)
    spread = float(np.std([of_rows(truth[rows], predictions.at(rows)) for rows in draws], ddof=1))
    reach = Z95 * spread * sqrt(len(draws[0]) / len(truth))
    return {"value": value, "low": value - reach, "high": value + reach}
