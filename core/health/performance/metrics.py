"""Metrics of a profile: the realised value with its 95 % band, where there are labels enough."""

import numpy as np

from core.health.profiles.metric_counts import observed_counts
from core.health.profiles.profile import LABELLED, NEGATIVE, POSITIVE, Profile
from core.health.rules import RULES, MeasureRules
from core.stats.intervals import Measured
from core.stats.metric import Metric
from core.stats.metrics import METRICS, MetricTable


def measure(metric: Metric, profile: Profile, rules: MeasureRules = RULES.measure) -> Measured | None:
    """The realised value with its 95 % band; None when there are too few labels to say anything.

    >>> from core.health.profiles.layout import Layout
    >>> empty = Profile.empty(Layout(("no", "yes"), 8))
    >>> empty.confusion[:] = [[40, 10], [5, 45]]
    >>> measured = measure(METRICS["accuracy"], empty)
    >>> round(measured.value, 2), round(measured.low, 3)
    (0.85, 0.767)
    """
    labels = profile.errors[:, LABELLED] if metric.of_numbers else profile.confusion
    if labels.sum() < rules.labelled or not _has_classes(metric, profile, rules.of_class):
        return None
    return metric.measure(observed_counts(profile))


def _has_classes(metric: Metric, profile: Profile, least: int) -> bool:
    """Whether there are rows enough of the classes that a metric of classes needs."""
    if metric.of_numbers:
        return True
    if "scores" in metric.needs and not _both_scored(profile, least):
        return False
    return "two labels" not in metric.needs or _both_classes(profile, least)


def _both_classes(profile: Profile, least: int) -> bool:
    actual = profile.confusion.sum(1)
    return bool((actual.min() if actual.size == 2 else actual.sum()) >= least)  # noqa: PLR2004 -- binary


def _both_scored(profile: Profile, least: int) -> bool:
    return bool(np.sort(profile.scores[:, (POSITIVE, NEGATIVE)].sum(-1).sum(0))[0] >= least)


def measures(
    profile: Profile, rules: MeasureRules = RULES.measure, metrics: MetricTable = METRICS
) -> dict[str, Measured]:
    """Every metric of the table that can be measured."""
    by_name = {name: measure(metric, profile, rules) for name, metric in metrics.items()}
    return {name: measured for name, measured in by_name.items() if measured is not None}
