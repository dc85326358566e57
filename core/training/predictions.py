"""Ask a model for its predictions, and say in words what it cannot take."""

from typing import Any

import pandas as pd

from core.errors import SchemaError
from core.stats.predictions import Predictions
from core.training.tasks import Task


def predict(model: Any, X: pd.DataFrame, task: Task) -> Predictions:
    """What a model predicts for n rows, in the terms of its task.

    Args:
        model: fitted estimator.
        X: features, n rows.
        task: with the classes in whose order probabilities are returned.

    Raises:
        SchemaError: a column that the model learnt from is missing, or holds what it cannot take.
    """
    learnt = getattr(model, "feature_names_in_", ())
    if missing := [str(name) for name in learnt if name not in X.columns]:
        raise _missing_columns(missing)
    try:
        return task.run(model, X)
    except KeyError as error:  # what pandas says of a column that is not there
        raise _missing_columns([str(error.args[0])]) from error
    except (TypeError, ValueError, LookupError) as error:
        raise SchemaError(
            f"The model cannot answer these rows: {str(error).splitlines()[0]}",
            "Check that the columns hold what they held when the model was trained.",
        ) from error


def _missing_columns(names: list[str]) -> SchemaError:
    return SchemaError(
        f"The model needs the columns {', '.join(names[:8])}, which these rows do not have.",
        "Send them in the file, and name them with --include when connecting.",
    )
