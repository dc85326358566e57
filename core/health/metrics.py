"""The one table of metrics: name, words, direction, value and band."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np

from core.frames.titles import METRIC_TITLES
from core.health.arrays import Bools, Floats
from core.health.bands import Measured, delong, delta, normal, ranking, share_variance, wilson
from core.health.profile import NEGATIVE, POSITIVE, Profile
from core.health.tally import Tally, observed

MIN_LABELLED = 20
MIN_CLASS = 5


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes:
        plain: its title in words that need no statistics.
        better: whether higher or lower is better.
        value: counts with leading axes (...) -> (...) values; NaN where it is not defined.
        variance: profile -> sampling variance of the value.
    """

    name: str
    plain: str
    better: Literal["higher", "lower"]
    bounds: tuple[float, float]
    value: Callable[[Tally], Floats]
    variance: Callable[[Profile], float]

    @property
    def label(self) -> str:
        """Its title for the page."""
        return METRIC_TITLES[self.name]

    @property
    def sign(self) -> int:
        """1 when higher is better: sign * (before - after) is the loss."""
        return 1 if self.better == "higher" else -1


def measure(metric: Metric, profile: Profile) -> Measured | None:
    """The realised value with its 95 % band; None when there are too few labels to say anything."""
    if profile.labelled < MIN_LABELLED or (metric.name in _TWO_CLASSES and not _both_classes(profile)):
        return None
    if metric.name in NEEDS_SCORES and not _both_scored(profile):
        return None
    value = float(metric.value(observed(profile)))
    if not np.isfinite(value):
        return None
    n, variance = profile.labelled, metric.variance(profile)
    if variance <= 0:  # nothing was predicted as the class in question
        return None
    measured = normal(value, variance, n, metric.bounds)
    if metric.name != "accuracy":
        return measured
    low, high = wilson(float(np.trace(profile.confusion)), n)
    return Measured(value, low, high, measured.variance, n)


def _both_classes(profile: Profile) -> bool:
    actual = profile.confusion.sum(1)
    return bool((actual.min() if actual.size == 2 else actual.sum()) >= MIN_CLASS)  # noqa: PLR2004 -- binary


def _both_scored(profile: Profile) -> bool:
    return bool(np.sort(profile.scores[:, (POSITIVE, NEGATIVE)].sum(-1).sum(0))[0] >= MIN_CLASS)


NEEDS_SCORES = frozenset({"roc_auc", "log_loss", "brier"})
"""Metrics that cannot be known from classes alone."""
_TWO_CLASSES = frozenset({"roc_auc", "balanced_accuracy", "f1", "precision", "recall"})


def _mean(parts: Floats, there: Bools) -> Floats:
    """Mean over the classes that occur; of two classes only the positive one counts."""
    if parts.shape[-1] == 2:  # noqa: PLR2004 -- binary
        return np.asarray(parts[..., 1])
    weight = np.where(there, 1.0, 0.0)
    mean: Floats = (np.where(there, parts, 0.0) * weight).sum(-1) / np.maximum(weight.sum(-1), 1)
    return mean


def _ratio(a: Floats, b: Floats) -> Floats:
    ratio: Floats = np.divide(a, b, out=np.zeros(np.broadcast(a, b).shape), where=b > 0)
    return ratio


def _accuracy(t: Tally) -> Floats:
    return _ratio(t.right.sum(-1), t.actual.sum(-1))


def _recall(t: Tally) -> Floats:
    return _mean(_ratio(t.right, t.actual), t.actual + t.predicted > 0)


def _precision(t: Tally) -> Floats:
    return _mean(_ratio(t.right, t.predicted), t.actual + t.predicted > 0)


def _f1(t: Tally) -> Floats:
    return _mean(_ratio(2 * t.right, t.actual + t.predicted), t.actual + t.predicted > 0)


def _balanced(t: Tally) -> Floats:
    there = t.actual > 0
    balanced: Floats = (_ratio(t.right, t.actual) * there).sum(-1) / np.maximum(there.sum(-1), 1)
    return balanced


def _roc_auc(t: Tally) -> Floats:
    areas = ranking(t.positives, t.negatives)
    known = np.isfinite(areas)
    total: Floats = np.where(known, areas, 0).sum(-1)
    return np.where(known.any(-1), total / np.maximum(known.sum(-1), 1), np.nan)


def _roc_auc_variance(profile: Profile) -> float:
    """One-vs-rest areas of one chunk move together: their mean is no surer than they are on average."""
    pairs = [(row[POSITIVE], row[NEGATIVE]) for row in profile.scores]
    errors = [delong(p, n) ** 0.5 for p, n in pairs if p.sum() and n.sum()]
    return float(np.mean(errors) ** 2)


def _accuracy_variance(profile: Profile) -> float:
    return share_variance(float(np.trace(profile.confusion)), profile.labelled)


def _by_class(profile: Profile) -> tuple[Floats, Floats, Floats, Floats]:
    t = observed(profile)
    if t.right.size == 2:  # noqa: PLR2004 -- binary: only the positive class counts
        weight = np.array([0.0, 1.0])
    else:
        there = t.actual + t.predicted > 0
        weight = there / max(there.sum(), 1)
    return t.right, t.actual, t.predicted, weight


def _recall_variance(profile: Profile) -> float:
    right, actual, _, weight = _by_class(profile)
    parts = [w**2 * share_variance(r, a) for r, a, w in zip(right, actual, weight, strict=True) if a]
    return float(sum(parts))


def _precision_variance(profile: Profile) -> float:
    right, _, predicted, weight = _by_class(profile)
    parts = [w**2 * share_variance(r, p) for r, p, w in zip(right, predicted, weight, strict=True) if p]
    return float(sum(parts))


def _balanced_variance(profile: Profile) -> float:
    right, actual, _, _ = _by_class(profile)
    there = actual > 0
    parts = [share_variance(r, a) for r, a in zip(right[there], actual[there], strict=True)]
    return float(sum(parts)) / max(int(there.sum()), 1) ** 2


def _f1_variance(profile: Profile) -> float:
    right, actual, predicted, weight = _by_class(profile)
    total = np.maximum(actual + predicted, 1)
    slope = weight * 2 * right / total**2
    gradient = np.diag(weight * 2 / total) - slope[:, None] - slope[None, :]
    return max(delta(profile.confusion, gradient), 0.25 / profile.labelled**2)


def _mean_variance(at: int) -> Callable[[Profile], float]:
    def variance(profile: Profile) -> float:
        n = profile.scored
        mean = profile.sums[at] / n
        return float(max(profile.sums[at + 1] / n - mean**2, 1e-12) / n)

    return variance


METRICS: dict[str, Metric] = {
    m.name: m
    for m in (
        Metric(
            "accuracy",
            "share of right answers",
            "higher",
            (0, 1),
            _accuracy,
            _accuracy_variance,
        ),
        Metric(
            "balanced_accuracy",
            "share of right answers, every class counting the same",
            "higher",
            (0, 1),
            _balanced,
            _balanced_variance,
        ),
        Metric("f1", "balance of misses and false alarms", "higher", (0, 1), _f1, _f1_variance),
        Metric(
            "precision",
            "share of its alarms that are right",
            "higher",
            (0, 1),
            _precision,
            _precision_variance,
        ),
        Metric("recall", "share of cases that it finds", "higher", (0, 1), _recall, _recall_variance),
        Metric("roc_auc", "how well it ranks", "higher", (0, 1), _roc_auc, _roc_auc_variance),
        Metric(
            "log_loss",
            "how far its probabilities are off",
            "lower",
            (0, inf),
            lambda t: t.log_loss,
            _mean_variance(0),
        ),
        Metric(
            "brier",
            "squared error of its probabilities",
            "lower",
            (0, 2),
            lambda t: t.brier,
            _mean_variance(2),
        ),
    )
}
"""Multiclass: precision, recall and F1 are means over the classes, the ranking one class against the rest."""


def default_metric(task: str, *, scored: bool = True) -> str:
    """The metric of record when nobody chose one; without scores nothing can be ranked.

    >>> default_metric("binary"), default_metric("multiclass"), default_metric("binary", scored=False)
    ('roc_auc', 'accuracy', 'balanced_accuracy')
    """
    if task != "binary":
        return "accuracy"
    return "roc_auc" if scored else "balanced_accuracy"
