"""Columns from other programs as the few kinds that are read here: numbers, texts, moments and bytes."""

import pyarrow as pa

from core.errors import SchemaError


def plain(source: str, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as one of those kinds.

    Raises:
        SchemaError: its cells hold lists or records.
    """
    kind = column.type
    if pa.types.is_nested(kind):
        raise SchemaError(f"{source}: column {name!r} holds lists or records.", "Write one value a cell.")
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    if pa.types.is_boolean(kind) or pa.types.is_time(kind) or pa.types.is_duration(kind):
        return column.cast(pa.string())
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", getattr(kind, "tz", None)), safe=False)
    return column
