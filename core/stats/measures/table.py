"""All metrics of one model: the table that every model has, and beside it those that only this one has."""

from collections.abc import Sequence

import numpy as np

from core.stats.arrays import Floats
from core.stats.measures import ordered
from core.stats.measures.cost_matrix import cost_metric
from core.stats.metric import Metric
from core.stats.metrics import METRICS, MetricTable


def metric_table(classes: Sequence[str] = (), costs: Floats | None = None, currency: str = "") -> MetricTable:
    """The metrics of a model: those of the table, of classes with an order, and what its decisions cost.

    Args:
        classes: of the model; three and more that are all numbers may have an order.
        costs: (K, K) by label and prediction, if somebody said them.
        currency: of the costs.

    >>> import numpy as np
    >>> list(metric_table(("no", "yes"), np.array([[0, 5], [50, 2]])))[-1]
    'cost'
    >>> list(metric_table(("1", "2", "3")))[-2:], metric_table() == METRICS
    (['class_distance', 'weighted_kappa'], True)
    """
    ranks = ordered.places(classes)
    own = [] if ranks is None else [*ordered.ordered_metrics(ranks)]
    if costs is not None:
        own.append(cost_metric(costs, currency))
    return METRICS | {metric.name: metric for metric in own}


NAMED = {metric.name: metric for metric in (cost_metric(), *ordered.ordered_metrics(np.zeros(1)))}
"""Metrics that not every model has, by their names alone: what they are called, without values."""


def metric_named(name: str) -> Metric:
    """What is said of a metric by its name alone: title, unit, direction.

    Those that not every model has are without a value there: a model has them from `metric_table`.

    Raises:
        KeyError: there is no such metric.

    >>> metric_named("cost").unit, metric_named("mae").title
    ('amount', 'Mean absolute error')
    """
    return NAMED[name] if name in NAMED else METRICS[name]
