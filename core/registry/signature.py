"""Rows as a model's signature wants them: its columns, in its types."""

from typing import Any

import pandas as pd

from core.errors import SchemaError

WHOLE = ("integer", "long")


def as_input(schema: Any, rows: pd.DataFrame, title: str) -> Any:
    """The rows in the columns and types of an MLflow input schema; as they are where there is none.

    Raises:
        SchemaError: a column that the model needs is not among the features, or does not have its type.
    """
    if schema is None:
        return rows
    if schema.is_tensor_spec():
        return _tensors(schema, rows, title)
    if not schema.has_input_names():
        return rows
    inputs = {item.name: item for item in schema.inputs}
    if len(inputs) == 1 and rows.shape[1] == 1:
        rows = rows.set_axis(list(inputs), axis=1)
    missing = [name for name, item in inputs.items() if name not in rows.columns and item.required]
    if missing:
        raise SchemaError(
            f"{title} needs the columns {', '.join(missing[:8])}, which are not features of this model.",
            "Send them in the file, and name them with --include when connecting.",
        )
    present = [name for name in inputs if name in rows.columns]
    return pd.DataFrame({name: _as_type(rows[name], _kind(inputs[name]), title) for name in present})


def _kind(column: Any) -> str:
    """MLflow's name of the type; lists, objects and what takes anything have none."""
    return str(getattr(column.type, "name", ""))


def _as_type(column: pd.Series, kind: str, title: str) -> pd.Series:
    try:
        if kind in WHOLE:
            return column.astype("int32" if kind == "integer" else "int64")
        if kind in {"float", "double"}:
            return column.astype("float32" if kind == "float" else "float64")
        if kind == "boolean":
            return column.map({"true": True, "false": False, 1: True, 0: False}).astype(bool)
        if kind == "datetime":
            return pd.to_datetime(column)
    except (TypeError, ValueError) as error:
        raise SchemaError(
            f"{title}: column {str(column.name)!r} does not fit the type {kind} of its signature: {error}",
            "Log the model with an example that has missing values, or send complete rows.",
        ) from error
    return column


def _tensors(schema: Any, rows: pd.DataFrame, title: str) -> Any:
    """One array of all columns, or named arrays of one column each."""
    specs = schema.inputs
    try:
        if len(specs) == 1:
            values = rows.to_numpy(dtype=specs[0].type)
            return {specs[0].name: values} if specs[0].name else values
        return {spec.name: rows[[spec.name]].to_numpy(dtype=spec.type) for spec in specs}
    except (KeyError, TypeError, ValueError) as error:
        raise SchemaError(
            f"{title} wants arrays of numbers, which these rows do not give: {error}",
            "Log a pipeline that takes the columns as they are.",
        ) from error
