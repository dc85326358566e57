"""Cells that hold several labels at once: red|wet."""

import pandas as pd

from core.tables.roles.requested_roles import Choice, UnsureRole
from core.tables.table import Table
from core.tables.values.columns import as_text

MARKS = ("|", ";", ",", "/", "+")
FEWEST_JOINED, MANY = 2, 5_000
RECURRING = 0.8
"""So many of the parts must occur in several values before they are read as labels of their own."""


def require_one_label(table: Table, label: str) -> None:
    """Ask whether cells such as "red|wet" hold several labels.

    Raises:
        UnsureRole: they may; a model here has one label a row.
    """
    values = [str(value) for value in as_text(table, label).dropna().unique()[:MANY]]
    joined = next((value for mark in MARKS for value in _joined_values(values, mark)), None)
    if joined is None:
        return
    raise UnsureRole(
        f"{table.source}: column {label!r} has cells such as {joined!r}: are these several labels? "
        "Then give each of them a column of its own (yes or no) and connect one model for each.",
        "If every combination is one class, say --one-label.",
        "--one-label",
        (Choice("no, each combination is one class", {"one_label": True}),),
    )


def _joined_values(values: list[str], mark: str) -> list[str]:
    """The values that are made of parts which occur in other values too, the longest first.

    >>> _joined_values(["red", "wet", "red|wet"], "|")
    ['red|wet']
    >>> _joined_values(["Smith, J.", "Food, drink", "red"], ",")
    []
    """
    parts = {value: [part.strip(" []\"'") for part in value.split(mark)] for value in values}
    joined = [value for value, pieces in parts.items() if len(pieces) >= FEWEST_JOINED and all(pieces)]
    if not joined:
        return []
    counts = pd.Series([part for pieces in parts.values() for part in set(pieces)]).value_counts()
    inside = {part for value in joined for part in parts[value]}
    again = sum(counts[part] > 1 for part in inside)
    distinct = len(counts)
    if again < RECURRING * len(inside) or distinct >= len(values):
        return []
    return sorted(joined, key=lambda value: (-len(parts[value]), value))
