"""The rows that a holdout or a revision consists of, written in portions."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from sqlmodel import Session, SQLModel, insert

AT_ONCE = 10_000
"""Rows in memory at a time: a million need a hundred calls, which cost nothing beside the rows."""


def insert_rows(session: Session, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    """Add rows to a table, each as column -> value; in the order of their key, they are written fastest."""
    remaining = iter(rows)
    while portion := list(islice(remaining, AT_ONCE)):
        session.connection().execute(insert(table), portion)
