"""Metrics of a profile: the realised value with its 95 % band, where there are labels enough."""

from dataclasses import dataclass

import numpy as np

from core.health.profiles.metric_counts import observed_counts
from core.health.profiles.profile import NEGATIVE, POSITIVE, Profile
from core.stats.intervals import Measured
from core.stats.metric import Metric
from core.stats.metrics import METRICS


@dataclass(frozen=True, slots=True)
class MeasureRules:
    """How many labels a number needs.

    Attributes:
        labelled: below 20 rows the 95 % interval of a share is wider than 40 points (Wilson at one half).
        of_class: below 5 rows of a class the normal approximation of its share fails (Cochran 1954).
    """

    labelled: int = 20
    of_class: int = 5


RULES = MeasureRules()


def measure(metric: Metric, profile: Profile, rules: MeasureRules = RULES) -> Measured | None:
    """The realised value with its 95 % band; None when there are too few labels to say anything."""
    if profile.labelled < rules.labelled or not _fits(metric, profile, rules):
        return None
    return metric.measure(observed_counts(profile))


def _fits(metric: Metric, profile: Profile, rules: MeasureRules) -> bool:
    """Whether the metric is one of amounts where there are amounts, and has the classes that it needs."""
    if metric.of_numbers or profile.errors.size:
        return metric.of_numbers and profile.errors.size > 0
    if "scores" in metric.needs and not _both_scored(profile, rules.of_class):
        return False
    return "two labels" not in metric.needs or _both_classes(profile, rules.of_class)


def _both_classes(profile: Profile, least: int) -> bool:
    actual = profile.confusion.sum(1)
    return bool((actual.min() if actual.size == 2 else actual.sum()) >= least)  # noqa: PLR2004 -- binary


def _both_scored(profile: Profile, least: int) -> bool:
    return bool(np.sort(profile.scores[:, (POSITIVE, NEGATIVE)].sum(-1).sum(0))[0] >= least)


def measures(profile: Profile) -> dict[str, Measured]:
    """Every metric that can be measured."""
    by_name = {name: measure(metric, profile) for name, metric in METRICS.items()}
    return {name: measured for name, measured in by_name.items() if measured is not None}
