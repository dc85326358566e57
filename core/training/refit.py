"""Refit a promoted recipe on all labels, the holdout's too, and the gate that lets the result pass."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.stats.metric import Metric
from core.stats.predictions import Predictions
from core.training.comparison.gates import Gate
from core.training.fit import Progress, assign_folds, fit_once, learning
from core.training.predictions import predict
from core.training.tasks import Task
from core.training.treatments.fit_treated import Treatments, fit_each


@dataclass(frozen=True, slots=True)
class RefitRules:
    """What a refit must keep to.

    Attributes:
        alpha: one-sided level at which it counts as worse than the promoted version: the usual 5 %.
        times: how much farther from the promoted version the refit may be than the farthest of the models
            that learnt from four fifths of the same rows. It has seen a quarter more of the new rows than
            they; in 200 refits without a fault (`tests.benchmarks.refit_gate`) it was at most 1.1 times as
            far.
        least: difference that never matters: a hundredth of the rows, or of the spread of numbers.
        recent: newest rows on which they are compared: a hundredth of them is 20 rows.
    """

    alpha: float = 0.05
    times: float = 1.5
    least: float = 0.01
    recent: int = 2_000


RULES = RefitRules()


@dataclass(frozen=True, slots=True)
class Refitted:
    """What a refit gives; n rows to learn from, m recent ones.

    Attributes:
        estimator: fitted on all n rows.
        out_of_fold: (n,) predictions for each row of a model that did not see it.
        recent: (m,) predictions of the estimator.
        recent_by_fold: (m,) predictions of each of the models of the folds.
    """

    estimator: Any
    out_of_fold: Predictions
    recent: Predictions
    recent_by_fold: tuple[Predictions, ...]


def refit(
    model: Any,
    X: pd.DataFrame,
    y: "pd.Series[Any]",
    recent: pd.DataFrame,
    task: Task,
    *,
    seed: int,
    copies: npt.NDArray[np.uint64],
    progress: Progress,
    treatments: Treatments | None = None,
) -> Refitted:
    """Fit the same pipeline with the same parameters on all rows, and once without each fold.

    A stack keeps its weights, and each of its members learns anew.

    Args:
        model: the promoted model; only its parameters are used.
        X: features of all labelled rows, n.
        y: their labels, n.
        recent: features of the newest rows, m; they may be among the n.
        task: how labels are read and the estimator is asked.
        seed: of the folds.
        copies: n hashes of the rows' content; equal ones share a fold.
        progress: is told the done fraction and what is done.
        treatments: of the rows that are learnt from, in each fold of those of the others; None: all alike.

    Raises:
        RetrainError: the pipeline cannot learn from these rows, or a treatment leaves too few.
    """
    targets, treated = task.targets(y), treatments or Treatments.none(len(X))
    with learning():
        number = assign_folds(task.strata(targets), copies, seed)
        parts, out_of_fold, by_fold = int(number.max()) + 1, task.blank(len(X)), []
        for index in range(parts):
            progress(index / (parts + 1), f"Fold {index + 1} of {parts}")
            learn, test = np.flatnonzero(number != index), np.flatnonzero(number == index)
            part = fit_each(model, X, targets, treated.apply(learn))
            fold = predict(part, X.iloc[test], task)
            out_of_fold.probabilities[test] = fold.probabilities
            out_of_fold.predicted[test] = fold.predicted
            by_fold.append(predict(part, recent, task))
    progress(parts / (parts + 1), "Fitting on all labels")
    estimator = fit_once(model, X, y, task, treated)
    return Refitted(estimator, out_of_fold, predict(estimator, recent, task), tuple(by_fold))


def check_metric(
    metric: Metric, truth: Any, promoted: Predictions, refitted: Predictions, rules: RefitRules = RULES
) -> Gate:
    """Whether the refit is not worse beyond chance, on rows that neither model had seen.

    Two such models agree on nearly every row, so that the smallest difference is more than chance: only one
    that is surely larger than the metric's margin counts.

    Args:
        metric: of record.
        truth: (h,) labels of the holdout.
        promoted: (h,) what the promoted version said of it.
        refitted: (h,) out-of-fold predictions of the refit.
        rules: the level.
    """
    paired = metric.compare(truth, promoted, refitted, rules.alpha)
    detail = (
        f"{metric.title} {paired.champion:.4g} before, {paired.challenger:.4g} out of fold, on "
        f"{len(promoted.predicted):,} rows that neither had learnt from"
    )
    margin = metric.margin.at(paired.champion)
    return Gate("not worse beyond chance", bool(paired.high >= -margin), detail)


def check_agreement(task: Task, promoted: Predictions, refitted: Refitted, rules: RefitRules = RULES) -> Gate:
    """Whether the refit is no farther from the promoted version than a refit explains.

    The models of the folds are refits too, on four fifths of the rows: a final fit that is much farther from
    the promoted version than all of them did not learn what they learnt.

    Args:
        task: what a difference is.
        promoted: (m,) what the promoted version says of the recent rows.
        refitted: the refit, which says something of the same rows.
        rules: how much farther it may be.
    """
    predicted = np.asarray(refitted.recent.predicted)
    spread = 1.0 if task.classes else float(np.std(predicted)) or 1.0
    apart = _apart(task, promoted, refitted.recent) / spread
    folds = [_apart(task, promoted, fold) / spread for fold in refitted.recent_by_fold]
    detail = (
        f"differs by {apart:.2%} from the promoted version on {len(predicted):,} recent rows; refits on four "
        f"fifths of the labels by {min(folds):.2%} to {max(folds):.2%}"
    )
    return Gate("agrees as a refit does", apart <= rules.times * max(folds) + rules.least, detail)


def _apart(task: Task, one: Predictions, other: Predictions) -> float:
    return float(np.mean(task.differences(one, other)))
