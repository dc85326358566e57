"""The one table of metrics: name, words, direction, value and band."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Literal

import numpy as np

from core.health.performance import rates
from core.health.profiles.error_moments import (
    Influence,
    by_error,
    by_explained,
    by_size,
    by_square,
    explained,
    mean_size,
    root_mean_square,
    sampling_variance,
    shift,
)
from core.health.profiles.metric_counts import Tally, observed
from core.health.profiles.profile import NEGATIVE, POSITIVE, Profile
from core.stats.arrays import Floats
from core.stats.intervals import Measured, normal, student, wilson
from core.stats.metric_titles import METRIC_TITLES, merit

Moment = Callable[[Floats], Floats]
MIN_LABELLED = 20
MIN_CLASS = 5


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes:
        plain: its title in words that need no statistics.
        better: whether higher or lower is better; of a bias, lower in either direction.
        value: counts with leading axes (...) -> (...) values; NaN where it is not defined.
        variance: profile -> sampling variance of the value.
        influence: of the errors of a regression; None for metrics of classes.
    """

    name: str
    plain: str
    better: Literal["higher", "lower"]
    bounds: tuple[float, float]
    value: Callable[[Tally], Floats]
    variance: Callable[[Profile], float]
    influence: Influence | None = None

    @property
    def label(self) -> str:
        """Its title for the page."""
        return METRIC_TITLES[self.name]

    @property
    def sign(self) -> int:
        """1 when higher is better: sign * (before - after) is the loss of judged values."""
        return 1 if self.better == "higher" else -1

    def gain(self, before: float, now: float) -> float:
        """How much better the second value is than the first."""
        return merit(self.name, now) - merit(self.name, before)


def judged(metric: Metric, measured: Measured) -> Measured:
    """What is compared: the value itself, or its size where lower is better in either direction.

    The size is less what chance alone adds to it: a bias around zero would else look like a small loss.
    """
    if metric.better == "higher" or metric.bounds[0] == 0:
        return measured
    return replace(measured, value=max(0.0, measured.value**2 - measured.variance) ** 0.5)


def measure(metric: Metric, profile: Profile) -> Measured | None:
    """The realised value with its 95 % band; None when there are too few labels to say anything."""
    if profile.labelled < MIN_LABELLED or not _fits(metric, profile):
        return None
    value = float(metric.value(observed(profile)))
    if not np.isfinite(value):
        return None
    n, variance = profile.labelled, metric.variance(profile)
    if not 0 < variance < inf:  # nothing was predicted as the class in question, or all errors are the same
        return None
    if metric.influence is not None:
        return student(value, variance, n, metric.bounds)
    measured = normal(value, variance, n, metric.bounds)
    if metric.name != "accuracy":
        return measured
    low, high = wilson(float(np.trace(profile.confusion)), n)
    return Measured(value, low, high, measured.variance, n)


def _fits(metric: Metric, profile: Profile) -> bool:
    """Whether the metric is one of amounts where there are amounts, and has the classes that it needs."""
    if metric.influence is not None or profile.errors.size:
        return metric.influence is not None and profile.errors.size > 0
    if metric.name in NEEDS_SCORES and not _both_scored(profile):
        return False
    return metric.name not in _TWO_CLASSES or _both_classes(profile)


def _both_classes(profile: Profile) -> bool:
    actual = profile.confusion.sum(1)
    return bool((actual.min() if actual.size == 2 else actual.sum()) >= MIN_CLASS)  # noqa: PLR2004 -- binary


def _both_scored(profile: Profile) -> bool:
    return bool(np.sort(profile.scores[:, (POSITIVE, NEGATIVE)].sum(-1).sum(0))[0] >= MIN_CLASS)


NEEDS_SCORES = frozenset({"roc_auc", "log_loss", "brier"})
"""Metrics that cannot be known from classes alone."""
_TWO_CLASSES = frozenset({"roc_auc", "balanced_accuracy", "f1", "precision", "recall"})


def _of_errors(
    name: str, plain: str, better: Literal["higher", "lower"], value: Moment, influence: Influence
) -> Metric:
    def variance(profile: Profile) -> float:
        return sampling_variance(influence, profile.errors.sum(0))

    bounds = (-inf if name in {"bias", "r2"} else 0.0, 1.0 if better == "higher" else inf)
    return Metric(name, plain, better, bounds, lambda t: value(t.errors), variance, influence)


METRICS: dict[str, Metric] = {
    m.name: m
    for m in (
        Metric(
            "accuracy",
            "share of right answers",
            "higher",
            (0, 1),
            rates.accuracy,
            rates.accuracy_variance,
        ),
        Metric(
            "balanced_accuracy",
            "share of right answers, every class counting the same",
            "higher",
            (0, 1),
            rates.balanced,
            rates.balanced_variance,
        ),
        Metric("f1", "balance of misses and false alarms", "higher", (0, 1), rates.f1, rates.f1_variance),
        Metric(
            "precision",
            "share of its alarms that are right",
            "higher",
            (0, 1),
            rates.precision,
            rates.precision_variance,
        ),
        Metric(
            "recall", "share of cases that it finds", "higher", (0, 1), rates.recall, rates.recall_variance
        ),
        Metric("roc_auc", "how well it ranks", "higher", (0, 1), rates.ranked, rates.ranked_variance),
        Metric(
            "log_loss",
            "how far its probabilities are off",
            "lower",
            (0, inf),
            lambda t: t.log_loss,
            rates.mean_variance(0),
        ),
        Metric(
            "brier",
            "squared error of its probabilities",
            "lower",
            (0, 2),
            lambda t: t.brier,
            rates.mean_variance(2),
        ),
        _of_errors("mae", "how far it is off on average", "lower", mean_size, by_size),
        _of_errors(
            "rmse", "its typical error, large ones counting more", "lower", root_mean_square, by_square
        ),
        _of_errors("bias", "how much too high it predicts on average", "lower", shift, by_error),
        _of_errors("r2", "share of the variation that it explains", "higher", explained, by_explained),
    )
}
"""Multiclass: precision, recall and F1 are means over the classes, the ranking one class against the rest."""


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


def metrics_for(task: str) -> tuple[str, ...]:
    """Names of the metrics that a task can be judged by.

    >>> metrics_for("regression")
    ('mae', 'rmse', 'bias', 'r2')
    """
    return tuple(m.name for m in METRICS.values() if (m.influence is not None) == (task == "regression"))


def measures(profile: Profile) -> dict[str, Measured]:
    """Every metric that can be measured."""
    found = {name: measure(metric, profile) for name, metric in METRICS.items()}
    return {name: value for name, value in found.items() if value is not None}
