"""Rows that a database driver hands over as Python values, as Arrow columns."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

NUMBERS = {pa.int64(), pa.float64()}
MOST_DIGITS = 76
"""Of a decimal in 256 bits (Arrow)."""


def to_arrow(names: Sequence[str], blocks: Iterable[Sequence[Sequence[Any]]]) -> pa.Table:
    """Blocks of rows as one table; a column whose values are of several kinds is text.

    >>> to_arrow(["a"], [[(1,), (None,)], [(2.5,)]])["a"].to_pylist()
    [1.0, None, 2.5]
    >>> to_arrow(["a"], [[(Decimal("1.5"),)], [(Decimal("12345678901234567890"),)]])["a"].to_pylist()
    [Decimal('1.5'), Decimal('12345678901234567890.0')]
    """
    tables = [pa.Table.from_arrays(_columns(len(names), rows), list(names)) for rows in blocks]
    if not tables:
        return pa.table({name: pa.nulls(0) for name in names})
    kinds = [_common({table.column(at).type for table in tables}) for at in range(len(names))]
    schema = pa.schema(list(zip(names, kinds, strict=True)))
    return pa.concat_tables([table.cast(schema) for table in tables])


def _common(kinds: set[pa.DataType]) -> pa.DataType:
    types = kinds - {pa.null()}
    if len(types) <= 1:
        return next(iter(types), pa.null())
    if all(map(pa.types.is_decimal, types)):
        scale = max(kind.scale for kind in types)
        digits = scale + max(kind.precision - kind.scale for kind in types)
        return pa.decimal256(digits, scale) if digits <= MOST_DIGITS else pa.string()
    return pa.float64() if types == NUMBERS else pa.string()


def _columns(count: int, rows: Sequence[Sequence[Any]]) -> list[pa.Array]:
    return [_column([row[at] for row in rows]) for at in range(count)]


def _column(values: list[Any]) -> pa.Array:
    values = [None if isinstance(value, Decimal) and value.is_nan() else value for value in values]
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError, OverflowError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
