"""A table of any library, or arrays, as the table that the use cases take."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.errors import SchemaError

SOURCE = "the table"
"""What messages call a table that has no file."""


def read_frame(data: Any) -> pd.DataFrame:
    """A pandas, polars or Arrow table, a mapping of columns or a 2-D array, with rows numbered from 0.

    Args:
        data: anything of these; the columns of an array are called x0, x1 ...

    Raises:
        SchemaError: it is none of them, or its columns differ in length.

    >>> read_frame({"x": [1, 2]}).columns.tolist(), read_frame(np.zeros((2, 2))).columns.tolist()
    (['x'], ['x0', 'x1'])
    """
    if isinstance(data, pd.DataFrame):
        return data.reset_index(drop=True).rename(columns=str)
    if hasattr(data, "__arrow_c_stream__"):
        import pyarrow as pa

        frame: pd.DataFrame = pa.table(data).to_pandas()
        return frame
    if isinstance(data, Mapping):
        return _of_columns(data)
    array = np.asarray(data)
    if array.ndim == 2:  # noqa: PLR2004 -- rows and columns
        return pd.DataFrame(array, columns=[f"x{at}" for at in range(array.shape[1])])
    raise SchemaError(
        f"{type(data).__name__} of {array.ndim} dimensions is no table.",
        "Give a pandas, polars or Arrow table, a mapping of columns, or an array of rows and columns.",
    )


def add_column(frame: pd.DataFrame, name: str, values: Any) -> tuple[pd.DataFrame, str]:
    """The table and the name of one of its columns, which is added when it is given as values.

    Args:
        frame: n rows.
        name: what the column is called if it is added.
        values: name of a column, or (n,) values.

    Raises:
        SchemaError: these are not n values.

    >>> table, name = add_column(pd.DataFrame({"x": [1, 2]}), "label", ["a", "b"])
    >>> name, table["label"].tolist()
    ('label', ['a', 'b'])
    """
    if isinstance(values, str):
        return frame, values
    column = np.asarray(values)
    require_length(name, column, len(frame))
    return frame.assign(**{name: column}), name


def require_length(name: str, values: "np.ndarray[Any, Any]", rows: int) -> None:
    """Refuse values that do not belong to the rows.

    Raises:
        SchemaError: there are more, or fewer.
    """
    if values.ndim == 0 or len(values) != rows:
        count = f"{len(values):,} values" if values.ndim else "one value"
        raise SchemaError(f"{name} has {count}, and there are {rows:,} rows.", "Give one value for each row.")


def _of_columns(data: Mapping[Any, Any]) -> pd.DataFrame:
    columns = {str(name): np.asarray(values) for name, values in data.items()}
    rows = max((len(values) for values in columns.values() if values.ndim), default=0)
    for name, values in columns.items():
        require_length(name, values, rows)
    return pd.DataFrame(columns)
