"""The protocol of counting profiles in SQL, and the choice between classes and amounts."""

from typing import Protocol

import duckdb

from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.lake.profile.class_counts import ClassCounts
from core.lake.profile.error_counts import ErrorCounts
from core.lake.profile.placed_rows import PlacedRows
from core.lake.profile.value_cells import Streamed


class Counting(Protocol):
    """How the rows of one task become profiles."""

    def table_sql(self, rows: PlacedRows, layout: Layout, /, *, cells: bool) -> str:
        """SQL that turns every row into small numbers, in the table `t`.

        Args:
            rows: the rows.
            layout: the cells.
            cells: whether the cells of the features stand in it; those of amounts do in any case.
        """

    def cells(
        self, connection: duckdb.DuckDBPyConnection, rows: PlacedRows, layout: Layout, groups: int, /
    ) -> Streamed:
        """The cells and copies of every chunk, and of two classes the strata."""

    def profiles(
        self,
        connection: duckdb.DuckDBPyConnection,
        layout: Layout,
        groups: int,
        group: str,
        streamed: Streamed,
        /,
    ) -> list[Profile]:
        """One profile a group of the rows in `t`.

        Args:
            connection: where `t` is.
            layout: the cells.
            groups: how many groups there are.
            group: expression of the position of the group of a row.
            streamed: what was counted of every group before.
        """


def counting_of(layout: Layout) -> Counting:
    """The strategy for profiles of this layout."""
    return ClassCounts() if layout.classes else ErrorCounts()
