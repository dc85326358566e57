"""What a model can be judged by: the table of metrics, and beside it what only this model has."""

import numpy as np

from core.model import ModelSpec
from core.stats.measures.table import metric_table
from core.stats.metrics import MetricTable


def metrics_of(spec: ModelSpec) -> MetricTable:
    """Name -> metric: those of the table, of ordered classes, and with costs what its decisions cost."""
    if spec.costs is None:
        return metric_table(spec.classes, record=spec.metric, order=spec.class_order)
    costs = np.array(spec.costs.over(spec.classes))
    return metric_table(spec.classes, costs, spec.costs.currency, spec.metric, spec.class_order)
