"""A model of ours as stock MLflow asks it: classes or numbers, on request with probabilities.

A copy of this module lies beside every model and imports nothing of Caretaker.
"""

from pathlib import Path
from typing import Any

import pandas as pd

TYPES = "training_types"
"""In the metadata of a model: column -> MLflow's name of its type in the training rows."""
PROBABILITIES = "probabilities"
"""The parameter of `predict` that asks for a table with a probability for each class."""
NUMBERS = frozenset({"boolean", "integer", "long", "float", "double"})


class PyfuncModel:
    """What `mlflow.pyfunc.load_model` wraps."""

    def __init__(self, estimator: Any, columns: list[str], types: dict[str, str]) -> None:
        self._estimator, self._columns, self._types = estimator, columns, types

    def get_raw_model(self) -> Any:
        """The scikit-learn estimator."""
        return self._estimator

    def predict(self, rows: Any, params: dict[str, Any] | None = None) -> Any:
        """(n,) the estimator's decisions; a table where `params` asks for probabilities.

        The table has the columns `prediction` and `probability_CLASS` for each class, in the order of the
        estimator's `classes_`.
        """
        if isinstance(rows, pd.DataFrame):
            rows = as_trained(rows, self._columns, self._types)
        decided = self._estimator.predict(rows)
        if not (params or {}).get(PROBABILITIES) or not hasattr(self._estimator, "predict_proba"):
            return decided
        chances = self._estimator.predict_proba(rows).T
        by_class = zip(self._estimator.classes_, chances, strict=True)
        columns = {"prediction": decided, **{f"probability_{name}": chance for name, chance in by_class}}
        return pd.DataFrame(columns, index=rows.index if isinstance(rows, pd.DataFrame) else None)


def as_trained(rows: pd.DataFrame, columns: list[str], types: dict[str, str]) -> pd.DataFrame:
    """The rows in these columns, numbers as numbers and texts as texts; a column left out has no values.

    Whole numbers become floats where a frame has missing values: of a text column of training they are
    written without their ".0", as the training wrote them.

    >>> rows = pd.DataFrame({"code": [7.0, None], "price": ["1.5", None]})
    >>> as_trained(rows, ["price", "code"], {"code": "string", "price": "double"}).to_dict("list")
    {'price': [1.5, nan], 'code': ['7', None]}
    """
    every = {name: rows[name] if name in rows else pd.Series(None, rows.index, object) for name in columns}
    return pd.DataFrame({name: _as_type(column, types.get(name, "")) for name, column in every.items()})


def _as_type(column: "pd.Series[Any]", kind: str) -> "pd.Series[Any]":
    if kind in NUMBERS and not pd.api.types.is_numeric_dtype(column):
        numbers = pd.to_numeric(column, errors="coerce")
        return numbers if numbers.notna().sum() == column.notna().sum() else column
    if kind == "datetime":
        return _as_times(column)
    if kind == "string" and pd.api.types.is_float_dtype(column):
        known = column.dropna()
        whole = column.astype("Int64") if (known % 1 == 0).all() else column
        return whole.map(str, na_action="ignore").astype(object).where(column.notna(), None)
    return column


def _as_times(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Times without a zone, those with one in UTC.

    Raises:
        ValueError: one is not written as ISO 8601, and no time yet: days and months are not guessed.
    """
    if pd.api.types.is_numeric_dtype(column) and column.notna().any():
        raise ValueError(f"{column.name}: numbers are no times; write times as ISO 8601")
    return pd.to_datetime(column, format="ISO8601", utc=True).dt.tz_localize(None)


def _load_pyfunc(path: str) -> PyfuncModel:
    """Called by MLflow with the path of the model's file or folder."""
    import mlflow.sklearn
    from mlflow.models import Model

    folder = Path(path).parent if Path(path).is_file() else Path(path)
    document: Any = Model.load(str(folder))
    return PyfuncModel(
        mlflow.sklearn.load_model(str(folder)),
        document.get_input_schema().input_names(),
        dict((document.metadata or {}).get(TYPES, {})),
    )
