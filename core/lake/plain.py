"""Columns from other programs as the few kinds that are read here: numbers, texts, moments and bytes."""

import pyarrow as pa
import pyarrow.compute as pc

from core.errors import SchemaError

EXACT_DIGITS = 15
"""Decimal digits that a float keeps whatever they are."""
EXACT_WHOLE = 2**53
"""Whole numbers up to here are floats without loss: with empty cells among them they become floats."""
UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""Parts of a second: durations become seconds."""
TARGETS = (
    (pa.types.is_boolean, pa.string()),
    (pa.types.is_time, pa.string()),
    (pa.types.is_null, pa.string()),
    (pa.types.is_float16, pa.float64()),
    (pa.types.is_fixed_size_binary, pa.binary()),
    (pa.types.is_large_binary, pa.binary()),
)


def plain(source: str, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as one of those kinds.

    Raises:
        SchemaError: its cells hold lists or records, or no value that fits.
    """
    kind = column.type
    if pa.types.is_nested(kind):
        raise SchemaError(f"{source}: column {name!r} holds lists or records.", "Write one value a cell.")
    try:
        return _cast(column, kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        reason = str(error).splitlines()[0].rstrip(".")[:200]
        raise SchemaError(
            f"{source}: column {name!r} of the type {kind} cannot be read ({reason}).",
            "Write it as numbers, texts or dates of our time, or leave it out.",
        ) from error


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_dictionary(kind):
        return _cast(column.cast(kind.value_type), kind.value_type)
    if pa.types.is_decimal(kind):
        return _decimal(column, kind)
    if pa.types.is_integer(kind) and column.null_count:
        return column.cast(pa.string()) if _beyond(column) else column
    if pa.types.is_duration(kind):
        return pc.divide(column.cast(pa.int64()).cast(pa.float64()), float(UNITS[kind.unit]))
    target = next((target for fits, target in TARGETS if fits(kind)), kind)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        target = pa.timestamp("us", getattr(kind, "tz", None))
    return column.cast(options=pc.CastOptions(target, allow_time_truncate=True))


def _decimal(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """Whole numbers as such; others as floats where no digit is lost, else as the text that they are.

    An id of 19 digits, or an amount to the cent of a trillion, must not come out as its neighbour.
    """
    try:
        return _cast(column.cast(pa.int64()), pa.int64())
    except pa.ArrowInvalid:  # decimals behind the point, or more digits than 64 bits have
        return column.cast(pa.float64() if kind.precision <= EXACT_DIGITS else pa.string())


def _beyond(column: pa.ChunkedArray) -> bool:
    limits = pc.min_max(column)
    return bool(max(abs(limits["min"].as_py() or 0), abs(limits["max"].as_py() or 0)) > EXACT_WHOLE)
