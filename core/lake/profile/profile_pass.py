"""The profile pass: rows of the lake are read once, by DuckDB, and what is kept of them are counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.lake.cells import place_sql
from core.lake.paths import Part
from core.lake.profile.counting import counting_of
from core.lake.profile.placed_rows import placed_rows
from core.lake.profile.value_cells import Streamed
from core.lake.rows import connect
from core.lake.rows_view import NO_CORRECTIONS, rows_sql
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatches

VERSION = "_version"
"""Name under which the profiles of versions stand beside those of segments."""
VERSIONS = 20


@dataclass(frozen=True, slots=True)
class Counted:
    """The profile of one chunk (`column` and `value` empty), of one segment or one version in it.

    Attributes:
        copies: of a whole chunk of the log: rows that equal another one in inputs and prediction.
    """

    chunk: str
    column: str
    value: str
    profile: Profile
    copies: int = 0


def profile_chunks(
    settings: Settings,
    spec: ModelSpec,
    batches: LiveBatches,
    layout: Layout,
    *,
    part: Part,
    chunks: list[str],
    corrections: Mapping[str, str] = NO_CORRECTIONS,
) -> list[Counted]:
    """Profiles of these chunks of the training part or of the log, and of their segments.

    Labels count when they are mature (`core.lake.rows_view`); in the training part every label counts.
    """
    counted_columns = (*(f.name for f in layout.features), *(name for name, _ in layout.segments))
    columns = list(dict.fromkeys((*counted_columns, *spec.roles.features)))
    rows = rows_sql(
        settings, spec, batches, part=part, chunks=chunks, columns=columns, corrections=corrections
    )
    with connect(settings, spec) as connection:
        types = {n: kind for n, kind, *_ in connection.execute(f"DESCRIBE {rows}").fetchall()}
        placed = placed_rows(rows, spec, layout, types, chunks, hashed=part == "log")
        counting = counting_of(layout)
        connection.execute(counting.table_sql(placed, layout, cells=False))
        streamed = counting.cells(connection, placed, layout, len(chunks))
        profiles = counting.profiles(connection, layout, len(chunks), "chunk", streamed)
        counted = [
            Counted(chunk, "", "", profile, int(same))
            for chunk, profile, same in zip(chunks, profiles, streamed.copies, strict=True)
            if profile.n
        ]
        for at, (name, values) in enumerate(layout.segments):
            group = f"chunk * {len(values)} + s{at}"
            profiles = _profiles(connection, layout, len(chunks) * len(values), group)
            keys = [(chunk, value) for chunk in chunks for value in values]
            counted += [Counted(c, name, v, p) for (c, v), p in zip(keys, profiles, strict=True) if p.n]
        return counted + (_versions(connection, layout, chunks, counted) if part == "log" else [])


def _versions(
    connection: duckdb.DuckDBPyConnection, layout: Layout, chunks: list[str], counted: list[Counted]
) -> list[Counted]:
    """The profile of every version that answered in these chunks; of very many those with most answers."""
    rows = connection.execute(
        "SELECT v, count(*) FROM t WHERE v <> '' GROUP BY v ORDER BY count(*) DESC, v LIMIT ?", [VERSIONS]
    ).fetchall()
    whole = [part for part in counted if not part.column]
    if len(rows) == 1 and rows[0][1] == sum(part.profile.n for part in whole):
        bare = [replace(p, cells=p.cells[:0], strata=p.strata[:0]) for p in (part.profile for part in whole)]
        return [Counted(e.chunk, VERSION, rows[0][0], p) for e, p in zip(whole, bare, strict=True)]
    if not rows:
        return []
    versions = tuple(row[0] for row in rows)
    group = f"chunk * {len(versions)} + {place_sql('v', versions)}"
    keys = [(chunk, version) for chunk in chunks for version in versions]
    profiles = _profiles(connection, layout, len(keys), group)
    return [Counted(c, VERSION, v, p) for (c, v), p in zip(keys, profiles, strict=True) if p.n]


def _profiles(
    connection: duckdb.DuckDBPyConnection, layout: Layout, groups: int, group: str
) -> list[Profile]:
    """Without features."""
    bare = replace(layout, features=())
    empty = Profile.empty(bare)
    cells, strata = (np.zeros((groups, *part.shape), part.dtype) for part in (empty.cells, empty.strata))
    streamed = Streamed(cells, np.zeros(groups, dtype=np.int64), strata)
    return counting_of(layout).profiles(connection, bare, groups, group, streamed)
