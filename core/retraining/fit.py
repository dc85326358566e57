"""Fit a recipe: cross-validation on the training rows, then once on all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline

from core.errors import RetrainError
from core.retraining.answers import Answers, numbers, of, probabilities
from core.retraining.measures import MEASURES, Truth, Value, reported
from core.retraining.paired import Floats

FOLDS = 5
DRAWS = 100
Z = 1.96

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a fit gives.

    Attributes:
        estimator: fitted on all training rows.
        out_of_fold: probabilities of each training row by a model that did not see it, (n, classes).
        cv: metric -> value and 95 % interval over those rows.
    """

    estimator: Pipeline
    out_of_fold: Floats
    cv: dict[str, dict[str, float]]


def fit(
    recipe: Pipeline,
    X: pd.DataFrame,
    y: "pd.Series[Any]",
    classes: tuple[str, ...],
    *,
    metric: str,
    seed: int,
    progress: Progress,
) -> Fitted:
    """Cross-validate, then fit on everything.

    Args:
        recipe: unfitted; stays so.
        X: features, n rows.
        y: string labels, n.
        classes: in the order of the scores.
        metric: metric of record; accuracy and log-loss are reported beside it.
        seed: of the folds.
        progress: is told the done fraction and what is done.

    Raises:
        RetrainError: a class has too few rows for this recipe.
    """
    labels = y.to_numpy(dtype=object)
    chances = np.zeros((len(X), len(classes)))
    folds = StratifiedKFold(_folds(labels), shuffle=True, random_state=seed)
    try:
        for index, (learn, test) in enumerate(folds.split(np.zeros(len(X)), _common(labels))):
            progress(index / (FOLDS + 1), f"Fold {index + 1} of {folds.n_splits}")
            model = clone(recipe).fit(X.iloc[learn], labels[learn])
            chances[test] = probabilities(model, X.iloc[test], classes)
        progress(FOLDS / (FOLDS + 1), "Fitting on all training rows")
        estimator = clone(recipe).fit(X, labels)
    except ValueError as error:
        raise RetrainError(
            f"The recipe cannot learn from these rows: {error}", "Choose another recipe or label more rows."
        ) from error
    return Fitted(estimator, chances, scores(y, chances, classes, metric))


def _folds(labels: npt.NDArray[Any]) -> int:
    _, counts = np.unique(labels, return_counts=True)
    return int(max(2, min(FOLDS, counts.max())))


def _common(labels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Classes that are rarer than the folds are many share one stratum: nobody can spread them evenly."""
    names, counts = np.unique(labels, return_counts=True)
    rare = names[counts < FOLDS]
    return np.where(np.isin(labels, rare), "", labels.astype(str)) if len(rare) else labels


def scores(
    y: "pd.Series[Any]", chances: Floats, classes: tuple[str, ...], metric: str
) -> dict[str, dict[str, float]]:
    """Each reported metric with its 95 % bootstrap interval, as {metric: {value, low, high}}."""
    truth = numbers(y, classes)
    said = of(chances)
    rng = np.random.default_rng(0)
    draws = [rng.integers(0, len(truth), len(truth)) for _ in range(DRAWS)]
    return {name: _interval(MEASURES[name].value, truth, said, draws) for name in reported(metric)}


def _interval(value: Value, truth: Truth, said: Answers, draws: list[npt.NDArray[Any]]) -> dict[str, float]:
    alone = value(truth, said)
    reach = Z * float(np.std([value(truth[rows], said.at(rows)) for rows in draws], ddof=1))
    return {"value": alone, "low": alone - reach, "high": alone + reach}
