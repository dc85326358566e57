"""The profiles of amounts in SQL: sums of powers of the error and of the label, by cell."""

from collections.abc import Collection
from dataclasses import replace

import duckdb
import numpy as np

from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.health.profiles.score_bins import BANDS
from core.lake.cells import cell_sql
from core.lake.profile.copies import count_copies
from core.lake.profile.groups import COUNTED, YOUNG, cells_by_group, count, whole
from core.lake.profile.placed_rows import PlacedRows, name_columns
from core.lake.profile.stratum import stratum_sql
from core.lake.profile.value_cells import Streamed
from core.stats.error_moments import MOST_RELATIVE

SIZES = ("count(*)", "count(e)", "fsum(abs(e))", "fsum(e * e)")
"""Of every cell of a feature."""
RELATIVE = f"least(abs(e / y), {MOST_RELATIVE!r})"
RELATIVE_SUM, RELATIVE_SQUARES = (
    f"fsum({term}) FILTER (y <> 0 AND e IS NOT NULL)" for term in (RELATIVE, f"{RELATIVE} * {RELATIVE}")
)
MOMENTS = f"""{", ".join(SIZES)}, fsum(e), fsum(pow(e, 4)), fsum(d) FILTER (e IS NOT NULL),
  fsum(d * d) FILTER (e IS NOT NULL), fsum(pow(d, 3)) FILTER (e IS NOT NULL),
  fsum(pow(d, 4)) FILTER (e IS NOT NULL), fsum(e * e * d), fsum(e * e * d * d),
  fsum(e * abs(e)), {RELATIVE_SUM}, {RELATIVE_SQUARES},
  count(e) FILTER (y <> 0)"""
"""The columns of `core.stats.error_moments`, of every stratum."""


class ErrorCounts:
    """The strategy for amounts (`core.lake.profile.counting`)."""

    def table_sql(self, rows: PlacedRows, layout: Layout, /, *, cells: bool) -> str:  # noqa: ARG002 -- errors are summed by them
        """Chunk, segments, cells, stratum `g`, the error `e`, the label `y`, and `d` around its mean."""
        places = name_columns({**rows.segments, **rows.cells(layout), **rows.splits})
        return f"""
CREATE TEMP TABLE t AS
SELECT *{_without(rows.splits)}, y - {layout.centre!r} AS d, _prediction - y AS e, ({rows.waits}) AS waits,
  {stratum_sql(layout)} AS g
FROM (SELECT {rows.chunk} AS chunk, _version AS v, _prediction,
  {cell_sql(layout.amounts, "DOUBLE")} AS p,
  CASE WHEN _part = 'training' OR _mature THEN _label END AS y, {YOUNG}{places}
  FROM ({rows.rows}))
"""

    def cells(
        self, connection: duckdb.DuckDBPyConnection, rows: PlacedRows, layout: Layout, groups: int, /
    ) -> Streamed:
        """Rows and errors by cell, from the table; copies from the rows."""
        cells = cells_by_group(connection, layout, groups, "chunk", SIZES)
        strata = np.zeros((groups, 0, 2, 3, BANDS), dtype=np.int64)
        return Streamed(cells, count_copies(connection, rows, groups), strata)

    def profiles(
        self,
        connection: duckdb.DuckDBPyConnection,
        layout: Layout,
        groups: int,
        group: str,
        streamed: Streamed,
        /,
    ) -> list[Profile]:
        """One profile a group, from a few GROUP BY queries."""
        empty = Profile.empty(layout)
        rows = count(connection, [group], (groups,), COUNTED)
        predicted = count(connection, [group, "p"], (groups, layout.amounts.size))[..., 0]
        errors = count(connection, [group, "g"], (groups, layout.error_groups), MOMENTS)
        return [
            replace(
                empty,
                rows=whole(rows[at]),
                cells=streamed.cells[at],
                predicted=whole(predicted[at]),
                errors=errors[at],
            )
            for at in range(groups)
        ]


def _without(names: Collection[str]) -> str:
    return f" EXCLUDE ({', '.join(names)})" if names else ""
