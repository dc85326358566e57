"""The one table of metrics: a metric is added here, and Health, comparisons, pages and commands know it."""

from collections.abc import Mapping
from math import inf
from typing import TypeAlias

from core.stats import class_metrics as classes
from core.stats import error_moments as moments
from core.stats.error_moments import ERROR, LABEL, LABEL2, SQUARE
from core.stats.intervals import share, student
from core.stats.metric import Margin, Metric
from core.stats.pairings import by_cells, by_moments, by_ranks, by_right_rows, by_row_losses, on_rows
from core.stats.predictions import absolute_errors, brier_scores, log_losses, relative_errors

HALF_A_POINT = Margin(0.005)
"""One row in 200: what a new sample of 10,000 rows moves an accuracy of 90 % by (1.96 standard errors: .006).
A margin below that could not be told from chance by any holdout that people have."""
ONE_PERCENT = Margin(0.01, relative=True)
"""Of a loss, which has no scale of its own, the same order: a hundredth of what it is."""
A_TENTH = Margin(0.1, relative=True)
"""Of a bias, which is near zero for a good champion: a hundredth of it would never be shown."""

_TABLE = (
    Metric(
        name="accuracy",
        title="Accuracy",
        plain="the share of right predictions",
        short="accuracy",
        unit="share",
        better="higher",
        bounds=(0, 1),
        value=classes.accuracy,
        variance=classes.accuracy_variance,
        margin=HALF_A_POINT,
        pairing=by_right_rows(),
        interval=share,
        guards=True,
        reported=True,
        wording="errors",
    ),
    Metric(
        name="balanced_accuracy",
        title="Balanced accuracy",
        plain="the share of right predictions, every class counting the same",
        short="balanced accuracy",
        unit="share",
        better="higher",
        bounds=(0, 1),
        value=classes.balanced_accuracy,
        variance=classes.balanced_accuracy_variance,
        margin=HALF_A_POINT,
        pairing=by_cells(classes.balanced_accuracy),
        needs=frozenset({"two labels"}),
        chance=lambda count: 1 / max(count, 1),
    ),
    Metric(
        name="f1",
        title="F1",
        plain="the balance of misses and false alarms",
        unit="share",
        better="higher",
        bounds=(0, 1),
        value=classes.f1,
        variance=classes.f1_variance,
        margin=HALF_A_POINT,
        pairing=by_cells(classes.f1),
        short="F1",
        needs=frozenset({"two labels"}),
    ),
    Metric(
        name="precision",
        title="Precision",
        plain="the share of its alarms that are right",
        short="precision",
        unit="share",
        better="higher",
        bounds=(0, 1),
        value=classes.precision,
        variance=classes.precision_variance,
        margin=HALF_A_POINT,
        pairing=by_cells(classes.precision),
        needs=frozenset({"two labels"}),
    ),
    Metric(
        name="recall",
        title="Recall",
        plain="the share of cases that it finds",
        short="recall",
        unit="share",
        better="higher",
        bounds=(0, 1),
        value=classes.recall,
        variance=classes.recall_variance,
        margin=HALF_A_POINT,
        pairing=by_cells(classes.recall),
        needs=frozenset({"two labels"}),
    ),
    Metric(
        name="roc_auc",
        title="Ranking (AUC)",
        plain="how well it ranks",
        unit="own",
        better="higher",
        bounds=(0, 1),
        value=classes.roc_auc,
        variance=classes.roc_auc_variance,
        margin=HALF_A_POINT,
        pairing=by_ranks(),
        short="AUC",
        needs=frozenset({"scores", "two labels"}),
        chance=lambda _: 0.5,
    ),
    Metric(
        name="log_loss",
        title="Log-loss",
        plain="how far its probabilities are off",
        unit="own",
        better="lower",
        bounds=(0, inf),
        value=lambda t: t.log_loss,
        variance=classes.log_loss_variance,
        margin=ONE_PERCENT,
        pairing=by_row_losses(log_losses),
        short="log-loss",
        needs=frozenset({"scores"}),
        guards=True,
        reported=True,
        covers=("brier",),
    ),
    Metric(
        name="brier",
        title="Brier score",
        plain="the squared error of its probabilities",
        unit="own",
        better="lower",
        bounds=(0, 2),
        value=lambda t: t.brier,
        variance=classes.brier_variance,
        margin=ONE_PERCENT,
        pairing=by_row_losses(brier_scores),
        short="Brier score",
        needs=frozenset({"scores"}),
        guards=True,
    ),
    Metric(
        name="mae",
        title="Mean absolute error",
        plain="how far it is off on average",
        unit="amount",
        better="lower",
        bounds=(0, inf),
        value=lambda t: moments.mean_absolute_error(t.errors),
        variance=lambda t: moments.sampling_variance(moments.by_size, t.errors),
        margin=ONE_PERCENT,
        pairing=by_row_losses(absolute_errors),
        interval=student,
        influence=moments.by_size,
        reported=True,
        short="MAE",
        guards=True,
        wording="mean error",
    ),
    Metric(
        name="rmse",
        title="Root mean squared error",
        plain="its typical error, large ones counting more",
        unit="amount",
        better="lower",
        bounds=(0, inf),
        value=lambda t: moments.root_mean_squared_error(t.errors),
        variance=lambda t: moments.sampling_variance(moments.by_square, t.errors),
        margin=ONE_PERCENT,
        pairing=by_moments(lambda t: moments.root_mean_squared_error(t.errors), (SQUARE,), lower=True),
        interval=student,
        influence=moments.by_square,
        reported=True,
        short="RMSE",
    ),
    Metric(
        name="mape",
        title="Mean relative error (MAPE)",
        plain="how far it is off on average, as a share of the amount",
        unit="share",
        better="lower",
        bounds=(0, inf),
        value=lambda t: moments.mean_relative_error(t.errors),
        variance=lambda t: moments.sampling_variance(moments.by_relative_size, t.errors),
        margin=ONE_PERCENT,
        pairing=on_rows(by_row_losses(relative_errors), lambda truth: truth != 0),
        interval=student,
        influence=moments.by_relative_size,
        short="MAPE",
    ),
    Metric(
        name="bias",
        title="Bias",
        plain="how much too high it predicts on average",
        short="bias",
        unit="amount",
        better="lower",
        bounds=(-inf, inf),
        value=lambda t: moments.mean_error(t.errors),
        variance=lambda t: moments.sampling_variance(moments.by_error, t.errors),
        margin=A_TENTH,
        pairing=by_moments(lambda t: moments.mean_error(t.errors), (ERROR,), lower=True),
        interval=student,
        influence=moments.by_error,
        reported=True,
        guards=True,
        wording="bias",
        yardstick="mae",
    ),
    Metric(
        name="r2",
        title="Share explained (R²)",
        plain="the share of the variation that it explains",
        unit="own",
        better="higher",
        bounds=(-inf, 1),
        value=lambda t: moments.r_squared(t.errors),
        variance=lambda t: moments.sampling_variance(moments.by_r_squared, t.errors),
        margin=HALF_A_POINT,
        pairing=by_moments(lambda t: moments.r_squared(t.errors), (SQUARE, LABEL, LABEL2), lower=False),
        interval=student,
        influence=moments.by_r_squared,
        reported=True,
        short="R²",
        needs=frozenset({"two labels"}),
        chance=lambda _: 0.0,
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _TABLE}
"""Name -> metric, in the order in which people are offered them."""


MetricTable: TypeAlias = Mapping[str, Metric]
"""Name -> metric: what one model can be judged by."""


def default_metric(task: str, *, scored: bool = True) -> str:
    """The metric of record when nobody chose one; without scores nothing can be ranked.

    >>> default_metric("binary"), default_metric("multiclass"), default_metric("binary", scored=False)
    ('roc_auc', 'accuracy', 'balanced_accuracy')
    >>> default_metric("regression")
    'mae'
    """
    if task == "regression":
        return "mae"
    if task != "binary":
        return "accuracy"
    return "roc_auc" if scored else "balanced_accuracy"


def metrics_for(task: str, *, scored: bool = True, table: MetricTable = METRICS) -> list[str]:
    """Names of the metrics that a task can be judged by, the usual one first.

    >>> metrics_for("regression")
    ['mae', 'rmse', 'mape', 'bias', 'r2']
    >>> metrics_for("binary", scored=False)
    ['balanced_accuracy', 'accuracy', 'f1', 'precision', 'recall']
    """
    numbers = task == "regression"
    fitting = [metric for metric in table.values() if metric.of_numbers == numbers]
    names = [metric.name for metric in fitting if scored or "scores" not in metric.needs]
    usual = default_metric(task, scored=scored)
    return [usual, *(name for name in names if name != usual)]


def reported_beside(metric: Metric, table: MetricTable = METRICS) -> list[Metric]:
    """The metrics that every comparison reports, the metric of record first.

    >>> [each.name for each in reported_beside(METRICS["roc_auc"])]
    ['roc_auc', 'accuracy', 'log_loss']
    """
    beside = [m for m in table.values() if m.reported and m.of_numbers == metric.of_numbers]
    return [metric, *(other for other in beside if other.name != metric.name)]
