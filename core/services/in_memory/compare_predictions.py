"""Two models on the same labelled rows, from arrays: difference, interval and the four-way verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import RetrainError, SchemaError
from core.services.in_memory.class_arrays import (
    ClassLabels,
    read_labels,
    read_numbers,
    read_probabilities,
    require_filled,
)
from core.services.in_memory.read_table import require_length
from core.stats.arrays import Floats
from core.stats.measures.table import FORMS, metric_with_parameter
from core.stats.metric import Metric
from core.stats.metrics import METRICS
from core.stats.paired import Difference
from core.stats.predictions import Predictions, Truth
from core.stats.together.blocks import rows_together
from core.stats.together.dependence import Dependence
from core.training.comparison import dependence_words
from core.training.comparison.decision import Decision, decide, sentence

ALPHA = 0.025
"""One-sided level of each bound: together a 95 % interval, as everywhere on the pages."""
FEWEST_ROWS = 2


@dataclass(frozen=True, slots=True)
class ArrayComparison:
    """What a comparison of two models found; b stands in the place of the challenger."""

    metric: Metric
    difference: Difference
    decision: Decision
    margin: float
    alpha: float
    sentence: str
    dependence: Dependence


def compare_predictions(
    y: Any,
    a: Any,
    b: Any,
    metric: str,
    *,
    classes: Sequence[Any] | None = None,
    margin: float | None = None,
    alpha: float = ALPHA,
    threshold: float | None = None,
    groups: Any = None,
    times: Any = None,
) -> ArrayComparison:
    """Compare in pairs what two models say about the same rows.

    Args:
        y: (n,) labels, or numbers for a metric of regression.
        a: of the one model (n,) predicted labels, (n,) probabilities of the last of two classes, (n, K)
            probabilities, or (n,) numbers.
        b: of the other model, likewise.
        metric: its name (`core.stats.metrics.METRICS`).
        classes: the K classes in the order of the probabilities; sorted labels when None.
        margin: a loss that does not matter, in the unit of the metric; the metric's own when None.
        alpha: one-sided level of each bound.
        threshold: probability from which on the last of two classes is decided; None: the larger one.
        groups: (n,) what each row belongs to, e.g. its customer: rows of one are no independent proof.
        times: (n,) when each row was: whether their differences hang together in time is tested.

    Raises:
        RetrainError: there is no such metric, or it needs probabilities.
        SchemaError: the arrays do not fit each other.
    """
    parametrised = metric_with_parameter(metric)
    if parametrised is None and metric not in METRICS:
        known = f"{', '.join(METRICS)}, {FORMS}"
        raise RetrainError(f"There is no metric {metric!r}.", f"Choose one of {known}.")
    measure = parametrised or METRICS[metric]
    if not 0 < alpha < 1 / 2:
        raise SchemaError(f"alpha = {alpha} is no level.", "Say e.g. alpha=0.025 for a 95 % interval.")
    if measure.of_numbers:
        truth: Truth = read_numbers("y", y)
        ours, theirs = (_of_numbers(name, values, len(truth)) for name, values in (("a", a), ("b", b)))
    else:
        labels = read_labels(y, classes)
        truth = labels.numbers
        ours, theirs = (
            _of_classes(name, values, labels, measure, threshold) for name, values in (("a", a), ("b", b))
        )
    if len(truth) < FEWEST_ROWS:
        raise SchemaError("One row cannot be compared.", "Give the labelled rows of a holdout.")
    n = len(truth)
    together = rows_together(_of_rows("groups", groups, n), _of_rows("times", times, n))
    difference, why = measure.compare_together(truth, ours, theirs, alpha, together)
    loss = measure.margin.at(difference.champion) if margin is None else margin
    decision = decide(difference, loss, alpha, rows_needed=why.rows_needed)
    verdict = sentence(measure.title, difference, decision, loss)
    words = " ".join(filter(None, [verdict, dependence_words.sentence(why, "group")]))
    return ArrayComparison(measure, difference, decision, loss, alpha, words, why)


def _of_rows(name: str, values: Any, rows: int) -> "pd.Series[Any] | None":
    """A value for each row; None where none are given."""
    if values is None:
        return None
    require_length(name, np.asarray(values), rows)
    return pd.Series(values).reset_index(drop=True)


def _of_classes(
    name: str, values: Any, labels: ClassLabels, metric: Metric, threshold: float | None
) -> Predictions:
    """Probabilities, or predicted labels where the values are labels."""
    array = np.asarray(values)
    require_length(name, array, len(labels.numbers))
    if array.ndim > 1:
        return Predictions.from_outputs(read_probabilities(name, array, labels), threshold)
    require_filled(name, pd.Series(array))
    numbers = pd.Index(labels.classes).get_indexer(pd.Index(array))
    if (numbers < 0).any():
        return Predictions.from_outputs(_of_two(name, array, labels), threshold)
    if "scores" in metric.needs:
        raise RetrainError(
            f"{metric.name} needs probabilities, and {name} holds predicted labels.",
            f"Give the probabilities as {name}, or choose accuracy, balanced_accuracy or f1.",
        )
    return Predictions(np.eye(len(labels.classes))[numbers], numbers)


def _of_two(name: str, array: "np.ndarray[Any, Any]", labels: ClassLabels) -> Floats:
    """(n, 2) probabilities from those of the last class; other values are a mistake."""
    if array.dtype.kind not in "fiub" or len(labels.classes) != 2:  # noqa: PLR2004 -- two classes
        strange = next(value for value in array.tolist() if value not in set(labels.classes.tolist()))
        raise SchemaError(
            f"{name} holds {strange!r}, which is none of the classes {', '.join(labels.names[:12])}.",
            "Give predicted labels, or probabilities with one column for each class.",
        )
    return read_probabilities(name, array, labels)


def _of_numbers(name: str, values: Any, rows: int) -> Predictions:
    numbers = read_numbers(name, values)
    require_length(name, numbers, rows)
    return Predictions.from_outputs(numbers)
