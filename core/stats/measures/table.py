"""All metrics of one model: the table that every model has, and beside it those that only this one has."""

import re
from collections.abc import Sequence

import numpy as np

from core.stats.arrays import Floats
from core.stats.measures import cutoff, ordered
from core.stats.measures.cost_matrix import cost_metric
from core.stats.measures.quantile import pinball_metric
from core.stats.metric import Metric
from core.stats.metrics import METRICS, MetricTable

PARAMETER = re.compile(
    r"(?P<kind>precision|recall|pinball)@(?:(?P<score>0?\.\d{1,4})|top(?P<percent>\d{1,2}(?:\.\d{1,3})?)%)"
)
FORMS = "precision@0.2, recall@0.2, precision@top5%, recall@top5% or pinball@0.9"
"""How a metric with a parameter is written, for people."""


SUGGESTED = {
    "binary": ("precision@top5%", "recall@top5%", "precision@0.2", "recall@0.2"),
    "regression": ("pinball@0.9",),
}
"""Task -> metrics with a parameter that a page offers; others are typed in the same form."""


def metric_with_parameter(name: str) -> Metric | None:
    """The metric that a name with a parameter means; None where it is no such name.

    A score or a quantile lies between 0 and 1, a share of the rows between 0 and 100 %.

    >>> metric_with_parameter("recall@top5%").title, metric_with_parameter("pinball@0.9").title
    ('Recall in the top 5 %', 'Quantile loss at 0.9')
    >>> [metric_with_parameter(name) for name in ("recall", "recall@2", "pinball@top5%", "recall@top0%")]
    [None, None, None, None]
    """
    parts = PARAMETER.fullmatch(name)
    if parts is None:
        return None
    kind, size = parts["kind"], float(parts["score"] or 0) or float(parts["percent"] or 0) / 100
    if not size or (kind == "pinball" and not parts["score"]):
        return None
    if kind == "pinball":
        return pinball_metric(name, size)
    if parts["score"]:
        where = f"at a score of {size:g}"
        return cutoff.cutoff_metric(name, kind, cutoff.at_score(size), cutoff.decide_at(size), where)
    where = f"in the top {100 * size:g} %"
    return cutoff.cutoff_metric(name, kind, cutoff.at_top(size), cutoff.decide_top(size), where)


def quantile_of(name: str) -> float | None:
    """The quantile that a model should predict which is judged by this metric; None where it is another.

    >>> quantile_of("pinball@0.9"), quantile_of("recall@0.9"), quantile_of("mae")
    (0.9, None, None)
    """
    parts = PARAMETER.fullmatch(name)
    return float(parts["score"]) if parts and parts["kind"] == "pinball" and parts["score"] else None


def metric_table(
    classes: Sequence[str] = (),
    costs: Floats | None = None,
    currency: str = "",
    record: str = "",
    order: Sequence[str] = (),
) -> MetricTable:
    """All metrics of a model: those that every model has, and those that only this one has.

    Args:
        classes: of the model; three and more that are all numbers may have an order.
        costs: (K, K) by label and prediction, if somebody said them.
        currency: of the costs.
        record: name of its metric of record, which may have a parameter.
        order: the classes from the lowest to the highest, where somebody said it.

    >>> import numpy as np
    >>> list(metric_table(("no", "yes"), np.array([[0, 5], [50, 2]])))[-1]
    'cost'
    >>> list(metric_table(("1", "2", "3")))[-2:], metric_table() == METRICS
    (['class_distance', 'weighted_kappa'], True)
    """
    ranks = ordered.places(classes, order)
    own = [] if ranks is None else [*ordered.ordered_metrics(ranks)]
    if costs is not None:
        own.append(cost_metric(costs, currency))
    if (parametrised := metric_with_parameter(record)) is not None:
        own.append(parametrised)
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
    return NAMED.get(name) or metric_with_parameter(name) or METRICS[name]
