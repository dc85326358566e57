"""Rows of the lake with the SQL expressions that say where each of them is counted."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.health.profiles.layout import Layout
from core.lake.cells import cell_sql, place_sql
from core.lake.profile.stratum import split_columns
from core.lake.rows_view import score_columns
from core.lake.sql import quote
from core.model import ModelSpec


@dataclass(frozen=True, slots=True)
class PlacedRows:
    """Canonical rows and their places.

    Attributes:
        rows: a SELECT of them (`core.lake.rows_view`).
        types: column -> its type.
        chunk: expression of the position of the chunk.
        waits: condition of a row whose label may still become known, where `y` is the label.
        segments: s0, s1, ... -> expression of the position of the value of a segment.
        splits: what the strata ask of a row (`core.lake.profile.stratum`).
        hash: expression by which rows with equal inputs and predictions are told; empty: nobody asks.
    """

    rows: str
    types: Mapping[str, str]
    chunk: str
    waits: str
    segments: Mapping[str, str]
    splits: Mapping[str, str]
    hash: str = ""

    def cells(self, layout: Layout) -> dict[str, str]:
        """f0, f1, ... -> expression of the cell of a feature."""
        return {f"f{at}": cell_sql(f, self.types[f.name]) for at, f in enumerate(layout.features)}


def placed_rows(
    rows: str,
    spec: ModelSpec,
    layout: Layout,
    types: Mapping[str, str],
    chunks: list[str],
    *,
    hashed: bool = False,
) -> PlacedRows:
    """Where rows of these chunks are counted.

    Args:
        rows: a SELECT of canonical rows.
        spec: the model.
        layout: the cells.
        types: column -> its type in those rows.
        chunks: their chunks, in the order of their positions.
        hashed: whether copies are looked for.
    """
    # a label may still become known where labels have a time of their own
    waits = "y IS NULL" if spec.roles.label_available_at or spec.label_delay_days else "false"
    segments = {f"s{i}": place_sql(quote(name), values) for i, (name, values) in enumerate(layout.segments)}
    chunk = place_sql("_chunk", tuple(chunks))
    compared = ", ".join(map(quote, (*spec.roles.features, "_prediction", *score_columns(spec))))
    same = f"hash({compared})" if hashed else ""
    return PlacedRows(rows, types, chunk, waits, segments, split_columns(layout, types), same)


def name_columns(expressions: Mapping[str, str]) -> str:
    """As further columns of a SELECT.

    >>> name_columns({"s0": "1", "s1": "2"})
    ', 1 AS s0, 2 AS s1'
    """
    return "".join(f", {expression} AS {name}" for name, expression in expressions.items())
