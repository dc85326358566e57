"""What trials came to, written as everywhere: rounded to what the interval allows."""

import pandas as pd

from core.health.performance.formatting import between, number
from core.stats.metric import Metric


def as_text(measured: pd.DataFrame, metric: Metric) -> list[str]:
    """One text a row of value, low and high: with the interval where there is one; empty without a value.

    >>> from core.stats.metrics import METRICS
    >>> table = pd.DataFrame({"value": [0.8713, 0.8713, None], "low": [0.854, None, None], "high": 0.887})
    >>> as_text(table, METRICS["roc_auc"])
    ['0.871 (0.854-0.887)', '0.87', '']
    """
    rows = measured[["value", "low", "high"]].astype(float).to_numpy()
    return [_text(metric, *row) for row in rows]


def _text(metric: Metric, value: float, low: float, high: float) -> str:
    if pd.isna(value):
        return ""
    return number(metric, value, 0) if pd.isna(low) or pd.isna(high) else between(metric, value, low, high)
