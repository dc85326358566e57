"""Own metrics of classes: functions of the confusion that the configuration names, and nobody else can."""

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import numpy as np

from core.errors import BadSetting
from core.stats.arrays import Floats
from core.stats.counts import MetricCounts, ObservedCounts, counts_of_matrices
from core.stats.intervals import delta
from core.stats.metric import Margin, Metric
from core.stats.metrics import METRICS
from core.stats.pairings import by_cells

SETTING = "CARETAKER_METRICS"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
ENTRY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
HALF_A_ROW = 0.5
"""Added to every cell for the variance alone (Jeffreys 1946)."""
STEP = 1e-4
"""Of a cell, as a share of all rows: small against what sampling moves it, large against rounding."""
FAULTS = (ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, TypeError, ValueError)
"""What somebody else's code may raise; it is told as a sentence."""
Confusion = Callable[[Floats], Any]
"""(..., K, K) rows by label and prediction -> (...) values; more is better."""


def register(entries: Mapping[str, str]) -> None:
    """Put the metrics of the configuration into the table, for this process; twice changes nothing.

    Args:
        entries: name -> "package.module:function", or the name of a `Metric` in place of a function.

    Raises:
        BadSetting: a name is taken, the entry cannot be imported, or the function is none of a confusion.
    """
    for name, where in entries.items():
        if name not in METRICS or METRICS[name].origin != where:
            METRICS[name] = _metric(name, where)


def own_metric(name: str, function: Confusion, origin: str = "") -> Metric:
    """A metric of a function of the confusion; its variance by the delta method, with a numeric gradient.

    >>> def found(confusion):
    ...     return confusion[..., 1, 1] / confusion[..., 1, :].sum(-1)
    >>> metric = own_metric("found", found)
    >>> float(metric.value(counts_of_matrices(np.array([[5, 1], [2, 6]]))))
    0.75
    """

    def value(counts: MetricCounts) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            values: Floats = np.asarray(function(counts.confusion), dtype=np.float64)
        return values

    def variance(counts: ObservedCounts) -> float:
        filled = counts.confusion + HALF_A_ROW
        size = filled.size
        moved = np.eye(size).reshape(size, *filled.shape) * STEP * filled.sum()
        slopes = value(counts_of_matrices(filled + moved)) - value(counts_of_matrices(filled))
        return delta(filled, slopes.reshape(filled.shape) / (STEP * filled.sum()))

    return Metric(
        name=name,
        title=name.replace("_", " ").capitalize(),
        plain=name.replace("_", " "),
        unit="own",
        better="higher",
        bounds=(-np.inf, np.inf),
        value=value,
        variance=variance,
        margin=Margin(0.01, relative=True),
        pairing=by_cells(value),
        needs=frozenset({"two labels"}),
        origin=origin,
    )


def _metric(name: str, where: str) -> Metric:
    hint = "Write name -> package.module:function, a function of a confusion matrix, on the PYTHONPATH."
    if not NAME.fullmatch(name) or (name in METRICS and not METRICS[name].origin):
        raise BadSetting(f"{SETTING}: {name!r} cannot be the name of a metric, or is taken.", hint)
    if not ENTRY.fullmatch(where):
        raise BadSetting(f"{SETTING}: {where!r} names no function.", hint)
    module, _, attribute = where.partition(":")
    try:
        entry = getattr(import_module(module), attribute)
        metric = entry if isinstance(entry, Metric) else own_metric(name, entry, where)
        values = np.asarray(metric.value(counts_of_matrices(np.array([[[8, 2], [1, 9]]] * 3))))
    except FAULTS as error:
        raise BadSetting(f"{SETTING}: {where} cannot be used: {error}.", hint) from error
    if values.shape != (3,):
        problem = f"{SETTING}: {where} gives values of shape {values.shape} for 3 matrices, not (3,)."
        raise BadSetting(problem, "Take leading axes: confusion[..., 1, 1] in place of confusion[1, 1].")
    return metric
