"""The protocol of counting profiles in SQL, and the choice between classes and amounts."""

from collections.abc import Mapping
from typing import Protocol

import duckdb

from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.lake.profile.class_counts import ClassCounts
from core.lake.profile.error_counts import ErrorCounts


class Counting(Protocol):
    """How the rows of one task become profiles."""

    def table_sql(
        self, rows: str, layout: Layout, places: Mapping[str, str], chunk: str, waits: str, /
    ) -> str:
        """SQL that turns every row into small numbers, in the table `t`.

        Args:
            rows: a SELECT of canonical rows (`core.lake.rows_view`).
            layout: the cells.
            places: name -> expression of every segment (s0, s1, ...) and feature (f0, f1, ...).
            chunk: expression of the position of the chunk.
            waits: condition of a row whose label may still become known.
        """

    def profiles(
        self, connection: duckdb.DuckDBPyConnection, layout: Layout, groups: int, group: str, /
    ) -> list[Profile]:
        """One profile a group of the rows in `t`; `group` is the expression of its position."""


def counting_of(layout: Layout) -> Counting:
    """The strategy for profiles of this layout."""
    return ClassCounts() if layout.classes else ErrorCounts()
