"""Names and values as DuckDB text."""

from collections.abc import Iterable

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


def literals(values: Iterable[str]) -> str:
    """Several string values, for IN or a list.

    >>> listed(["a", "b"])
    "'a', 'b'"
    """
    return ", ".join(literal(value) for value in values)
