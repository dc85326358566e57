"""Labels, numbers and probabilities that came as arrays, checked and brought into one order of classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import SchemaError
from core.services.in_memory.read_table import require_length
from core.stats.arrays import Floats, Ints
from core.tables.values.probabilities import SUM_SLACK

PAIR = 2


@dataclass(frozen=True, slots=True)
class ClassLabels:
    """Labels of n rows.

    Attributes:
        classes: (K,) the different labels as they came, sorted as scikit-learn sorts them (`classes_`).
        numbers: (n,) positions among the classes.
    """

    classes: npt.NDArray[Any]
    numbers: Ints

    @property
    def names(self) -> tuple[str, ...]:
        """The classes as texts."""
        return tuple(str(name) for name in self.classes)


def read_labels(labels: Any, classes: Sequence[Any] | None = None) -> ClassLabels:
    """Check the labels and number their classes.

    Args:
        labels: (n,) labels of any type.
        classes: the K classes in the order of the probabilities; sorted labels when None.

    Raises:
        SchemaError: a label is missing or none of the classes, or all are the same.

    >>> read_labels(["b", "a", "b"]).numbers.tolist()
    [1, 0, 1]
    """
    values = pd.Series(np.asarray(labels))
    require_filled("labels", values)
    known = _sorted_classes(values) if classes is None else np.asarray(classes)
    numbers = pd.Index(known).get_indexer(pd.Index(values))
    if (numbers < 0).any():
        at = int(np.argmax(numbers < 0))
        raise SchemaError(
            f"The label {values.iloc[at]!r} in row {at + 1:,} is none of the classes.",
            f"The classes are {', '.join(map(str, known[:12]))}.",
        )
    if len(known) < PAIR:
        raise SchemaError(f"All {len(values):,} labels are the same.", "It takes labels of two classes.")
    return ClassLabels(known, numbers.astype(np.int64))


def read_probabilities(name: str, values: Any, labels: ClassLabels) -> Floats:
    """(n, K) probabilities in the order of the classes; (n,) of two classes are those of the last one.

    Raises:
        SchemaError: they do not fit the labels, are missing, or are no probabilities.

    >>> read_probabilities("scores", [0.25], read_labels(["no"], ["no", "yes"])).tolist()
    [[0.75, 0.25]]
    """
    array = _floats(name, values)
    require_length(name, array, len(labels.numbers))
    if array.ndim == 1:
        array = np.column_stack([1 - array, array])
    count = len(labels.classes)
    if array.shape != (len(labels.numbers), count):
        raise SchemaError(
            f"{name} has {array.shape[-1]} columns, and there are {count} classes: "
            f"{', '.join(labels.names[:12])}.",
            "Give one column for each class, in the order of `classes`, or of the sorted labels.",
        )
    require_filled(name, pd.Series(array.sum(axis=1)))
    wrong = ((array < 0) | (array > 1)).any(axis=1) | (np.abs(array.sum(axis=1) - 1) > SUM_SLACK)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise SchemaError(
            f"{name} holds no probabilities in row {at + 1:,} and {int(wrong.sum()) - 1:,} others: "
            f"{', '.join(f'{value:.4g}' for value in array[at][:8])}.",
            "Each lies between 0 and 1, and those of a row add up to 1; logits must be transformed first.",
        )
    return array


def read_numbers(name: str, values: Any) -> Floats:
    """(n,) finite numbers.

    Raises:
        SchemaError: something else is among them.

    >>> read_numbers("y", [1, 2.5]).tolist()
    [1.0, 2.5]
    """
    array = _floats(name, values)
    if array.ndim != 1:
        raise SchemaError(f"{name} has {array.ndim} dimensions.", "Give one number for each row.")
    require_filled(name, pd.Series(np.where(np.isfinite(array), array, np.nan)))
    return array


def require_filled(name: str, values: "pd.Series[Any]") -> None:
    """Refuse a column with missing values.

    Raises:
        SchemaError: says how many, and where the first is.
    """
    missing = values.isna().to_numpy()
    if missing.any():
        first = int(np.argmax(missing)) + 1
        raise SchemaError(
            f"{name}: {int(missing.sum()):,} of {len(values):,} values are missing (NaN), "
            f"the first in row {first:,}.",
            "Leave these rows out, in all arrays.",
        )


def _sorted_classes(labels: "pd.Series[Any]") -> npt.NDArray[Any]:
    try:
        return np.unique(labels.to_numpy())
    except TypeError as error:
        kinds = ", ".join(sorted({type(label).__name__ for label in labels}))
        raise SchemaError(
            f"The labels are of several types, which have no order: {kinds}.",
            "Turn them all into texts, or say the order with `classes`.",
        ) from error


def _floats(name: str, values: Any) -> Floats:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise SchemaError(f"{name} holds what is no number: {error}.", "Give numbers.") from error
