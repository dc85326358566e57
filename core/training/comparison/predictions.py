"""What a model said about rows, and the labels in the same terms."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import RetrainError, SchemaError
from core.stats.arrays import Floats
from core.stats.predictions import Predictions
from core.tables.values.align_probabilities import align_probabilities
from core.tables.values.classes import class_spellings


def ask(model: Any, X: pd.DataFrame, classes: tuple[str, ...]) -> Predictions:
    """What a model says: probabilities and its own decision, or numbers without classes (regression).

    Probabilities are in the order of `classes`; 0 for a class the model has not seen.

    Raises:
        SchemaError: a column that the model learnt from is missing, or holds what it cannot take.
    """
    learnt = getattr(model, "feature_names_in_", ())
    if missing := [str(name) for name in learnt if name not in X.columns]:
        raise _without(missing)
    try:
        if not classes:
            return Predictions.from_outputs(np.asarray(model.predict(X), dtype=np.float64))
        chances = align_probabilities(model.predict_proba(X), model.classes_, classes)
        return Predictions(chances, _decided(model.predict(X), chances, classes))
    except KeyError as error:  # what pandas says of a column that is not there
        raise _without([str(error.args[0])]) from error
    except (TypeError, ValueError, LookupError) as error:
        raise SchemaError(
            f"The model cannot answer these rows: {str(error).splitlines()[0]}",
            "Check that the columns hold what they held when the model was trained.",
        ) from error


def _without(missing: list[str]) -> SchemaError:
    return SchemaError(
        f"The model needs the columns {', '.join(missing[:8])}, which these rows do not have.",
        "Send them in the file, and name them with --include when connecting.",
    )


def _decided(named: Any, chances: Floats, classes: tuple[str, ...]) -> npt.NDArray[np.intp]:
    """Class numbers of what `predict` named; the most probable class where that is none of these."""
    texts = pd.Series(np.asarray(named, dtype=object).reshape(-1)).map(str)
    same = class_spellings(texts.unique(), classes)
    numbers = pd.Index(classes).get_indexer(pd.Index(texts.map(lambda name: same.get(name, name))))
    return np.where(numbers < 0, chances.argmax(axis=1), numbers)


def truth(y: "pd.Series[Any]", classes: tuple[str, ...]) -> npt.NDArray[Any]:
    """Class numbers of string labels, or without classes (regression) the labels as numbers.

    Raises:
        RetrainError: a label is not one of the classes, or not a number.

    >>> truth(pd.Series(["b", "a"]), ("a", "b")).tolist(), truth(pd.Series(["2.5"]), ()).tolist()
    ([1, 0], [2.5])
    """
    if not classes:
        return _numbers(y)
    codes = pd.Index(classes).get_indexer(pd.Index(y.astype(object)))
    if (codes < 0).any():
        strange = sorted({str(label) for label in y[codes < 0]})[:5]
        raise RetrainError(
            f"Labels that are no class of the model: {', '.join(strange)}.",
            f"The classes are {', '.join(classes)}. Correct the labels.",
        )
    return codes


def _numbers(y: "pd.Series[Any]") -> Floats:
    values = pd.to_numeric(y, errors="coerce").to_numpy(dtype=np.float64)
    strange = y[~np.isfinite(values)].map(str).head(5).tolist()
    if strange:
        raise RetrainError(
            f"Labels that are not numbers: {', '.join(strange)}.",
            "Correct the labels: each must be a number.",
        )
    return values
