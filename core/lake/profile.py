"""The profile pass: rows of the lake are read once, by DuckDB, and what is kept of them are counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np

from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import Profile
from core.health.profiles.score_bins import SPAN
from core.lake.layout import as_number
from core.lake.paths import Part
from core.lake.rows import connect
from core.lake.rows_view import NO_CORRECTIONS, rows_sql
from core.lake.sql import as_words, literals, quote
from core.model import ModelSpec
from core.settings import Settings
from core.stats.arrays import Counts, Floats
from core.tables.deliveries import LiveBatches

VERSION = "_version"
"""Name under which the profiles of versions stand beside those of segments."""
VERSIONS = 20
NAMED = 10
SIZES = "count(*), count(e), fsum(abs(e)), fsum(e * e)"
SUMMED = ("loss", "loss * loss", "brier", "brier * brier")
"""Added up in order of size, so that rows in another order give the same sum to the last digit."""
MOMENTS = f"""{SIZES}, fsum(e), fsum(pow(e, 4)), fsum(d) FILTER (e IS NOT NULL),
  fsum(d * d) FILTER (e IS NOT NULL), fsum(pow(d, 3)) FILTER (e IS NOT NULL),
  fsum(pow(d, 4)) FILTER (e IS NOT NULL), fsum(e * e * d), fsum(e * e * d * d)"""
"""The columns of `core.stats.error_moments`."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The profile of one chunk (`column` and `value` empty), of one segment or one version in it."""

    chunk: str
    column: str
    value: str
    profile: Profile


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
    columns = list(
        dict.fromkeys([*(f.name for f in layout.features), *(name for name, _ in layout.segments)])
    )
    rows = rows_sql(
        settings, spec, batches, part=part, chunks=chunks, columns=columns, corrections=corrections
    )
    with connect(settings, spec) as connection:
        types = {n: kind for n, kind, *_ in connection.execute(f"DESCRIBE {rows}").fetchall()}
        connection.execute(_table(rows, spec, layout, types, chunks))
        counted = [
            Counted(chunk, "", "", profile)
            for chunk, profile in zip(chunks, _profiles(connection, layout, len(chunks)), strict=True)
            if profile.n
        ]
        for at, (name, values) in enumerate(layout.segments):
            group = f"chunk * {len(values)} + s{at}"
            profiles = _profiles(connection, replace(layout, features=()), len(chunks) * len(values), group)
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
        bare = [replace(part.profile, cells=part.profile.cells[:0]) for part in whole]
        return [Counted(e.chunk, VERSION, rows[0][0], p) for e, p in zip(whole, bare, strict=True)]
    if not rows:
        return []
    versions = tuple(row[0] for row in rows)
    group = f"chunk * {len(versions)} + {_place('v', versions)}"
    keys = [(chunk, version) for chunk in chunks for version in versions]
    profiles = _profiles(connection, replace(layout, features=()), len(keys), group)
    return [Counted(c, VERSION, v, p) for (c, v), p in zip(keys, profiles, strict=True) if p.n]


def _table(rows: str, spec: ModelSpec, layout: Layout, types: dict[str, str], chunks: list[str]) -> str:
    """SQL that turns every row into small numbers: chunk, segment, label, prediction, bins, cells."""
    cells = [f"{_cell(f, types[f.name])} AS f{i}" for i, f in enumerate(layout.features)]
    parts = [f"{_place(quote(name), values)} AS s{i}" for i, (name, values) in enumerate(layout.segments)]
    # a label may still become known where labels have a time of their own
    delayed = spec.roles.label_available_at or spec.label_delay_days
    waits = "y IS NULL" if delayed else "false"
    if layout.prediction is not None:
        return _error_table(rows, layout, layout.prediction, chunks, [*parts, *cells], waits)
    classes = range(len(layout.classes))
    scores = [f"_score_{k}" for k in classes]
    own = f"[{', '.join(f'b{k}' for k in classes)}][p + 1] AS bp"
    label = f"CASE WHEN _part = 'training' OR _mature THEN {_place('_label', layout.classes)} END"
    truth = f"greatest([{', '.join(scores)}][y + 1], 1e-15)"
    return f"""
CREATE TEMP TABLE t AS
SELECT chunk, _version AS v, y, p, {", ".join(f"b{k}" for k in classes)}, {own}, ({waits}) AS waits,
  CASE WHEN y IS NOT NULL AND {scores[0]} IS NOT NULL THEN -ln({truth}) END AS loss, {_brier(layout)} AS brier
  {"".join(f", s{i}" for i in range(len(parts)))}{"".join(f", f{i}" for i in range(len(cells)))}
FROM (SELECT {_place("_chunk", tuple(chunks))} AS chunk, {label} AS y,
  {_place("_prediction", layout.classes)} AS p, _version, {", ".join(scores)},
  {", ".join(f"{_bin(s, layout.bins)} AS b{k}" for k, s in enumerate(scores))}
  {"".join(f", {part}" for part in parts)}{"".join(f", {cell}" for cell in cells)}
  FROM ({rows}))
"""


def _error_table(
    rows: str, layout: Layout, prediction: Feature, chunks: list[str], places: list[str], waits: str
) -> str:
    """The same for a regression: chunk, segments, cells, the error `e` and the label `y` around its mean."""
    return f"""
CREATE TEMP TABLE t AS
SELECT * EXCLUDE (y), y - {layout.centre!r} AS d, _prediction - y AS e, ({waits}) AS waits
FROM (SELECT {_place("_chunk", tuple(chunks))} AS chunk, _version AS v, _prediction,
  {_cell(prediction, "DOUBLE")} AS p,
  CASE WHEN _part = 'training' OR _mature THEN _label END AS y{"".join(f", {place}" for place in places)}
  FROM ({rows}))
"""


def _place(expression: str, values: tuple[str, ...]) -> str:
    """Position of a text in a list, from 0; NULL when it is not in it."""
    if not values:
        return "NULL::BIGINT"
    return f"nullif(list_position([{literals(values)}], {as_words(expression)}), 0) - 1"


def _cell(feature: Feature, kind: str) -> str:
    if feature.numeric:
        value = as_number(feature.name, kind)
        above = " + ".join(f"(v >= '{edge!r}'::DOUBLE)::INT" for edge in feature.edges)
        return f"coalesce(list_transform([{value}], lambda v: {above})[1], {feature.size - 1})"
    place = _place(quote(feature.name), feature.values)
    missing = f"{quote(feature.name)} IS NULL"
    return f"CASE WHEN {missing} THEN {feature.size - 1} ELSE coalesce({place}, {len(feature.values)}) END"


def _bin(score: str, bins: int) -> str:
    """`core.health.profiles.score_bins.warp` as SQL."""
    safe = f"least(greatest({score}, 1e-12), 1 - 1e-12)"
    odds = f"least(greatest((ln({safe} / (1 - {safe})) + {SPAN}) / {2 * SPAN}, 0), 1)"
    placed = f"(least(greatest({score}, 0), 1) + {odds}) / 2"
    return f"CASE WHEN NOT isnan({score}) THEN least(floor({placed} * {bins}), {bins - 1})::INT END"


def _brier(layout: Layout) -> str:
    parts = [f"pow(_score_{k} - (y = {k})::INT, 2)" for k in layout.scored]
    return f"CASE WHEN y IS NOT NULL THEN {' + '.join(parts)} END"


def _profiles(
    connection: duckdb.DuckDBPyConnection, layout: Layout, groups: int, group: str = "chunk"
) -> list[Profile]:
    """One profile a group, from a few GROUP BY queries."""
    rows = _counts(connection, [group], (groups,), "count(*), sum(waits::INT)")
    if layout.prediction is not None:
        return _error_profiles(connection, layout, layout.prediction, groups, group, rows)
    K, B = len(layout.classes), layout.bins
    empty = Profile.empty(layout)
    sums = _counts(
        connection, [group], (groups,), ", ".join(f"sum({term} ORDER BY {term})" for term in SUMMED)
    )
    confusion = _counts(connection, [group, "y", "p"], (groups, K, K))[..., 0]
    state = "CASE WHEN y IS NULL THEN 2 WHEN y = p THEN 0 ELSE 1 END"
    confidence = _counts(connection, [group, "p", state, "bp"], (groups, K, 3, B))[..., 0]
    scores = np.stack([_one_vs_rest(connection, group, k, (groups, 3, B)) for k in layout.scored], axis=1)
    known = "count(*), count(y), coalesce(sum((y = p)::INT), 0)"
    cells = [
        _counts(connection, [group, f"f{i}"], (groups, feature.size), known)
        for i, feature in enumerate(layout.features)
    ]
    every = np.concatenate([np.zeros((groups, 0, 3)), *cells], axis=1)
    return [
        Profile(
            _whole(rows[at]),
            _whole(every[at]),
            _whole(scores[at]),
            _whole(confidence[at]),
            _whole(confusion[at]),
            sums[at],
            empty.errors,
        )
        for at in range(groups)
    ]


def _error_profiles(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    prediction: Feature,
    groups: int,
    group: str,
    rows: Floats,
) -> list[Profile]:
    """The profiles of a regression."""
    errors = _counts(connection, [group, "p"], (groups, prediction.size), MOMENTS)
    cells = [
        _counts(connection, [group, f"f{i}"], (groups, feature.size), SIZES)
        for i, feature in enumerate(layout.features)
    ]
    every = np.concatenate([np.zeros((groups, 0, 4)), *cells], axis=1)
    empty = Profile.empty(layout)
    return [replace(empty, rows=_whole(rows[at]), cells=every[at], errors=errors[at]) for at in range(groups)]


def _one_vs_rest(connection: duckdb.DuckDBPyConnection, group: str, k: int, shape: tuple[int, ...]) -> Floats:
    state = f"CASE WHEN y IS NULL THEN 2 WHEN y = {k} THEN 0 ELSE 1 END"
    return _counts(connection, [group, state, f"b{k}"], shape)[..., 0]


def _counts(
    connection: duckdb.DuckDBPyConnection, by: list[str], shape: tuple[int, ...], what: str = "count(*)"
) -> Floats:
    """(*shape, aggregates) by positions; rows with an unknown position do not count."""
    keys = ", ".join(f"({key})::INT AS k{i}" for i, key in enumerate(by))
    present = " AND ".join(f"({key}) IS NOT NULL" for key in by)
    groups = connection.execute(f"SELECT {keys}, {what} FROM t WHERE {present} GROUP BY ALL").fetchnumpy()
    columns: list[Any] = [np.ma.filled(column, 0) for column in groups.values()]
    dense = np.zeros((*shape, len(columns) - len(by)))
    places: Any = tuple(column.astype(int) for column in columns[: len(by)])
    dense[places] = np.stack(columns[len(by) :], axis=-1)
    return dense


def _whole(counts: Floats) -> Counts:
    return counts.astype(np.int64)


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What is known of the log as a whole.

    Attributes:
        labelled: rows with a visible label, counting already or not; version: that answered last.
        strange: (class that the model does not know, labels, predictions), most frequent first.
    """

    labelled: int
    version: str | None
    strange: tuple[tuple[str, int, int], ...] = ()


def log_facts(settings: Settings, spec: ModelSpec, batches: LiveBatches) -> LogFacts:
    """What the document says of the log beside its profiles."""
    rows = rows_sql(settings, spec, batches, part="log", columns=[])
    with connect(settings, spec) as connection:
        order = "_time NULLS FIRST, _id" if spec.roles.time else "_seq"
        query = f"SELECT count(_label), last(_version ORDER BY {order}) FROM ({rows})"
        labelled, version = connection.execute(query).fetchall()[0]
        strange = connection.execute(_strange(rows, spec)).fetchall() if spec.classes else []
    return LogFacts(int(labelled), version or None, tuple(strange))


def _strange(rows: str, spec: ModelSpec) -> str:
    known = literals(spec.classes)
    return (
        f"SELECT name, sum(is_label)::BIGINT, sum(1 - is_label)::BIGINT FROM ("
        f"SELECT unnest([_label, _prediction]) AS name, unnest([1, 0]) AS is_label FROM ({rows}) "
        f"WHERE _label NOT IN ({known}) OR _prediction NOT IN ({known})"
        f") WHERE name NOT IN ({known}) GROUP BY name ORDER BY count(*) DESC, name LIMIT {NAMED}"
    )
