"""How much a metric may lose before it is called worse."""

import numpy as np

from core.health.profiles.metric_counts import observed_counts
from core.health.profiles.profile import Profile
from core.health.rules import RULES, ToleranceRules
from core.stats.error_moments import label_variance
from core.stats.metric import Metric
from core.stats.metrics import METRICS


def tolerance(
    metric: Metric, own: float | None, before: Profile, rules: ToleranceRules = RULES.tolerance
) -> float:
    """What was said, else a tenth of the metric in the reference period; 0 when there are no labels.

    A bias may be zero: a tenth of the mean error is taken in its place. A model that made no error may make
    errors of a thousandth of the labels' spread.

    >>> from core.health.profiles.layout import Layout
    >>> from core.stats.metrics import METRICS
    >>> tolerance(METRICS["accuracy"], 0.02, Profile.empty(Layout(("no", "yes"), 8)))
    0.02
    """
    if own is not None:
        return own
    if not before.labelled:
        return 0.0
    counts = observed_counts(before)
    value = float((METRICS[metric.yardstick] if metric.yardstick else metric).value(counts))
    unit = 1.0 if metric.better == "higher" else float(label_variance(counts.errors)) ** 0.5
    return max(rules.share * abs(value) if np.isfinite(value) else 0.0, rules.least * unit)
