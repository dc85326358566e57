"""Probabilities in the order of a model's classes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import SchemaError
from core.tables.values.classes import class_spellings


def align_probabilities(
    probabilities: npt.NDArray[Any], known: Sequence[Any], classes: Sequence[str]
) -> npt.NDArray[np.float64]:
    """Probabilities, shape (n, classes), in the order of `classes`.

    Args:
        probabilities: (n, known) what the estimator predicted.
        known: the estimator's `classes_`; one that it has not seen gets probability 0.
        classes: the model's.

    Raises:
        SchemaError: the estimator knows none of them.

    >>> align_probabilities(np.array([[0.3, 0.7]]), ["b", "a"], ["a", "b", "c"]).tolist()
    [[0.7, 0.3, 0.0]]
    """
    same = class_spellings(map(str, known), classes)
    where = {same.get(str(name), str(name)): column for column, name in enumerate(known)}
    if classes and not set(where) & set(classes):
        raise SchemaError(
            f"The model's classes {', '.join(list(where)[:5])} are none of {', '.join(classes[:5])}.",
            "Say what they mean when connecting: --means NAME=CLASS for each.",
        )
    chances = np.zeros((len(probabilities), len(classes)))
    columns = [column for column, name in enumerate(classes) if name in where]
    chances[:, columns] = probabilities[:, [where[classes[column]] for column in columns]]
    return chances
