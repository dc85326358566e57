"""Names and values as DuckDB text."""

from collections.abc import Iterable

MOMENTS = ("TIMESTAMP", "DATE")
"""How the types of columns of moments begin."""
MARK = "\0"
"""Stands for a value in SQL that several databases understand: no name can hold it."""


def quote(name: str) -> str:
    """A column name, safe inside SQL.

    >>> quote('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A string value, safe inside SQL.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + value.replace("'", "''") + "'"


def number_literal(value: float) -> str:
    """A DOUBLE as it is to the last digit, infinite ones too.

    >>> number_literal(0.1)
    "'0.1'::DOUBLE"
    """
    return f"'{value!r}'::DOUBLE"


def as_words(expression: str) -> str:
    """A value as the text by which it is counted: 1.0 is 1, so that an empty cell beside it changes nothing.

    A column of whole numbers in which one cell is empty arrives as floats.

    >>> import duckdb
    >>> values = ("1::DOUBLE", "1.5::FLOAT", "'1.0'")
    >>> [duckdb.sql(f"SELECT {as_words(value)}").fetchall()[0][0] for value in values]
    ['1', '1.5', '1.0']
    """
    text = f"CAST({expression} AS VARCHAR)"
    whole = f"regexp_replace({text}, '[.]0$', '')"
    return f"CASE WHEN typeof({expression}) IN ('DOUBLE', 'FLOAT') THEN {whole} ELSE {text} END"


def literals(values: Iterable[str]) -> str:
    """Several string values, for IN or a list.

    >>> literals(["a", "b"])
    "'a', 'b'"
    """
    return ", ".join(literal(value) for value in values)


def as_number(name: str, kind: str) -> str:
    """A numeric column as DuckDB text: DOUBLE, NaN as NULL; moments in days since that of their row."""
    value = plain_number(name, kind)
    return f"CASE WHEN isnan({value}) THEN NULL ELSE {value} END"


def plain_number(name: str, kind: str) -> str:
    """The same with NaN as it is."""
    if kind.startswith(MOMENTS):
        return f"(epoch({quote(name)}) - coalesce(epoch(_time), 0)) / 86400"
    return f"CAST({quote(name)} AS DOUBLE)"
