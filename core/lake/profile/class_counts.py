"""The profiles of classes in SQL: labels by predictions, histograms of scores, cells, sums of losses."""

import duckdb
import numpy as np

from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.lake.cells import place_sql
from core.lake.profile.groups import COUNTED, YOUNG, count, whole
from core.lake.profile.placed_rows import PlacedRows, name_columns
from core.lake.profile.value_cells import Outcome, Streamed, count_cells
from core.stats.arrays import Floats
from core.stats.measures.score_scale import SPAN
from core.stats.predictions import LEAST_PROBABILITY

SUMMED = {"loss": 46, "loss * loss": 42, "brier": 50, "brier * brier": 48}
"""Term -> binary places after the point with which its values are added up, as whole numbers below 2 ** 53.

So rows in another order give the same sum to the last digit. A log-loss is at most 35 (`LEAST_PROBABILITY`),
a Brier score 2.
"""
STATE = "CASE WHEN y IS NULL THEN 2 WHEN y = {k} THEN 0 ELSE 1 END"
"""Of a label, beside the class k: unlabelled, positive, negative."""


class ClassCounts:
    """The strategy for classes (`core.lake.profile.counting`)."""

    def table_sql(self, rows: PlacedRows, layout: Layout, /, *, cells: bool) -> str:
        """Chunk, label `y`, prediction `p`, bins of the scores, losses, segments and cells."""
        classes = range(len(layout.classes))
        scores = [f"_score_{k}" for k in classes]
        own = f"[{', '.join(f'b{k}' for k in classes)}][p + 1] AS bp"
        places = {**rows.segments, **(rows.cells(layout) if cells else {})}
        truth = f"greatest([{', '.join(scores)}][y + 1], {LEAST_PROBABILITY!r})"
        bins = ", ".join(f"{bin_sql(score, layout.bins)} AS b{k}" for k, score in enumerate(scores))
        outer = "".join(f", {_outer_sql(k, layout.bins)} AS o{k}" for k in layout.scored)
        return f"""
CREATE TEMP TABLE t AS
SELECT chunk, _version AS v, y, p, {", ".join(f"b{k}" for k in classes)}, {own},
  ({rows.waits}) AS waits, young,
  CASE WHEN y IS NOT NULL AND {scores[0]} IS NOT NULL THEN -ln({truth}) END AS loss,
  {_brier_sql(layout)} AS brier{outer}{"".join(f", {name}" for name in places)}
FROM (SELECT {rows.chunk} AS chunk, {_label_sql(layout)} AS y, {_prediction_sql(layout)} AS p,
  _version, {YOUNG},
  {", ".join(scores)}, {bins}{name_columns(places)}
  FROM ({rows.rows}))
"""

    def cells(
        self, connection: duckdb.DuckDBPyConnection, rows: PlacedRows, layout: Layout, groups: int, /
    ) -> Streamed:
        """Rows, labelled rows and correct rows by cell, copies, strata: one stream of all columns."""
        outcome = Outcome(_label_sql(layout), _prediction_sql(layout), bin_sql("_score_1", layout.bins))
        return count_cells(connection, rows, layout, groups, outcome)

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
        K, B = len(layout.classes), layout.bins
        empty = Profile.empty(layout)
        rows = count(connection, [group], (groups,), COUNTED)
        exact = ", ".join(_sum_sql(term, places) for term, places in SUMMED.items())
        sums = count(connection, [group], (groups,), exact) / [2.0**places for places in SUMMED.values()]
        ends = [(k, at) for k in layout.scored for at in (0, B - 1)]
        places = SUMMED["loss"]
        costs = ", ".join(f"{_sum_sql(f'o{k}', places)} FILTER (b{k} = {at})" for k, at in ends)
        outer = (
            count(connection, [group], (groups,), costs).reshape(groups, len(layout.scored), 2) / 2.0**places
        )
        confusion = count(connection, [group, "y", "p"], (groups, K, K))[..., 0]
        state = "CASE WHEN y IS NULL THEN 2 WHEN y = p THEN 0 ELSE 1 END"
        confidence = count(connection, [group, "p", state, "bp"], (groups, K, 3, B))[..., 0]
        one_vs_rest = [_one_vs_rest(connection, group, k, (groups, 3, B)) for k in layout.scored]
        scores = np.stack(one_vs_rest, axis=1)
        return [
            Profile(
                whole(rows[at]),
                streamed.cells[at],
                whole(scores[at]),
                whole(confidence[at]),
                whole(confusion[at]),
                sums[at],
                outer[at],
                empty.predicted,
                empty.errors,
                streamed.strata[at],
            )
            for at in range(groups)
        ]


def bin_sql(score: str, bins: int) -> str:
    """`core.health.profiles.score_bins.warp` as SQL."""
    safe = f"least(greatest({score}, 1e-12), 1 - 1e-12)"
    odds = f"least(greatest((ln({safe} / (1 - {safe})) + {SPAN}) / {2 * SPAN}, 0), 1)"
    placed = f"(least(greatest({score}, 0), 1) + {odds}) / 2"
    return f"CASE WHEN NOT isnan({score}) THEN least(floor({placed} * {bins}), {bins - 1})::INT END"


def _label_sql(layout: Layout) -> str:
    return f"CASE WHEN _part = 'training' OR _mature THEN {place_sql('_label', layout.classes)} END"


def _prediction_sql(layout: Layout) -> str:
    return place_sql("_prediction", layout.classes)


def _sum_sql(term: str, places: int) -> str:
    """The sum as a whole number of the 2 ** -places."""
    return f"sum(TRY_CAST({term} * {2.0**places!r} AS BIGINT))"


def _outer_sql(k: int, bins: int) -> str:
    """What a row in the lowest bin costs if it is of the class, in the highest if it is not."""
    score = f"_score_{k}"
    chances = f"CASE b{k} WHEN 0 THEN {score} WHEN {bins - 1} THEN 1 - {score} END"
    return f"-ln(greatest({chances}, {LEAST_PROBABILITY!r}))"


def _brier_sql(layout: Layout) -> str:
    parts = [f"pow(_score_{k} - (y = {k})::INT, 2)" for k in layout.scored]
    return f"CASE WHEN y IS NOT NULL THEN {' + '.join(parts)} END"


def _one_vs_rest(connection: duckdb.DuckDBPyConnection, group: str, k: int, shape: tuple[int, ...]) -> Floats:
    return count(connection, [group, STATE.format(k=k), f"b{k}"], shape)[..., 0]
