"""The layout of profiles, learnt from the reference rows: edges, categories and segments."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np

from core.health.profiles.calibration import residuals
from core.health.profiles.feature_cells import feature_of, few_categories
from core.health.profiles.layout import Feature, Layout, Strata
from core.health.profiles.score_bins import bins_for
from core.health.profiles.strata import grow
from core.health.rules import RULES, CellRules, StrataRules
from core.lake.cells import place_sql
from core.lake.paths import Part
from core.lake.profile.blocks import is_large
from core.lake.profile.class_counts import bin_sql
from core.lake.profile.value_cells import cells_of_values, value_sql
from core.lake.rows import connect
from core.lake.rows_view import NO_CORRECTIONS, are_as_stored, prediction_columns, rows_sql
from core.lake.sql import MOMENTS, as_words, plain_number, quote
from core.model import ModelSpec
from core.settings import Settings
from core.stats.arrays import Ints
from core.tables.deliveries import LiveBatches

NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL", "HUGEINT")


def learn_layout(
    settings: Settings,
    spec: ModelSpec,
    batches: LiveBatches,
    *,
    part: Part,
    chunks: list[str] | None,
    corrections: Mapping[str, str] = NO_CORRECTIONS,
    rules: CellRules = RULES.cells,
) -> Layout:
    """Read the reference rows once: quantiles of numbers, the most frequent categories.

    Without segment columns the categorical features with few values serve as such.
    """
    names = [name for name in spec.roles.features if name != spec.roles.item]
    columns = list(dict.fromkeys([*names, *spec.roles.segments]))
    rows = rows_sql(
        settings, spec, batches, part=part, chunks=chunks, columns=columns, corrections=corrections
    )
    # many rows that lie there as they count are read column by column, so that they do not fill the memory
    kind = "TABLE"
    if is_large(settings, spec, batches, part, chunks) and are_as_stored(
        settings, spec, batches, part=part, chunks=chunks, corrections=corrections
    ):
        kind = "VIEW"
    with connect(settings, spec) as connection:
        read = ", ".join(map(quote, (*columns, "_label", *prediction_columns(spec))))
        connection.execute(
            f"CREATE TEMP {kind} reference AS "
            f"SELECT {read}, _time, _part, _mature, hash(_id) AS _hash FROM ({rows})"
        )
        types = {name: kind for name, kind, *_ in connection.execute("DESCRIBE reference").fetchall()}
        amounts = _amounts(connection, rules) if spec.task == "regression" else (None, 0.0)
        learnt = (_feature(connection, name, types[name], rules) for name in names if types[name] != "BLOB")
        features = tuple(feature for feature in learnt if feature is not None)
        columns = list(spec.roles.segments) or few_categories(features, rules)
        segments = tuple((name, _categories(connection, name, rules.segment_values)) for name in columns)
        strata = (
            _strata(connection, (*features, amounts[0]), types)
            if amounts[0]
            else _class_strata(connection, spec.classes, features, types)
        )
    return Layout(spec.classes, bins_for(len(spec.classes)), features, segments, *amounts, strata)


def _amounts(connection: duckdb.DuckDBPyConnection, rules: CellRules) -> tuple[Feature | None, float]:
    """Cells of the predicted amounts, and the mean label."""
    row = connection.execute("SELECT avg(_label) FROM reference").fetchone()
    return _feature(connection, "_prediction", "DOUBLE", rules), float(row[0] or 0.0) if row else 0.0


def _strata(
    connection: duckdb.DuckDBPyConnection,
    features: Sequence[Feature],
    types: Mapping[str, str],
    rules: StrataRules = RULES.strata,
) -> Strata:
    """The tree over the cells of a sample of the labelled rows, the same one every time."""
    sample = _sample_sql("isfinite(_prediction - _label)", rules)
    (errors,), cells = _read_cells(connection, sample, ["_prediction - _label"], features, types)
    return grow(features, cells, errors, rules)


def _class_strata(
    connection: duckdb.DuckDBPyConnection,
    classes: tuple[str, ...],
    features: Sequence[Feature],
    types: Mapping[str, str],
    rules: StrataRules = RULES.class_strata,
) -> Strata | None:
    """The same for two classes, from what the scores do not say of the labels; None where all are alike."""
    if len(classes) != 2 or not features:  # noqa: PLR2004 -- of more classes there is more than one score
        return None
    bins = bins_for(2)
    label, score = place_sql("_label", classes), bin_sql("_score_1", bins)
    sample = _sample_sql(f"({label}) IS NOT NULL AND NOT isnan(_score_1)", rules)
    (labels, scores), cells = _read_cells(connection, sample, [label, score], features, types)
    strata = grow(features, cells, residuals(labels, scores, bins), rules)
    return strata if strata.splits else None


def _read_cells(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    outcomes: Sequence[str],
    features: Sequence[Feature],
    types: Mapping[str, str],
) -> tuple[list[Any], Ints]:
    """Of n rows the (n,) values of these expressions, none of them missing, and the (n, F) cells."""
    columns = ", ".join([*outcomes, *(value_sql(feature, types[feature.name]) for feature in features)])
    table = connection.sql(f"SELECT {columns} FROM ({rows})").to_arrow_table()
    values = [column.to_numpy() for column in table.columns[: len(outcomes)]]
    cells = zip(features, table.columns[len(outcomes) :], strict=True)
    places = [cells_of_values(feature, column.combine_chunks()) for feature, column in cells]
    return values, np.column_stack(places).astype(np.int64)


def _sample_sql(condition: str, rules: StrataRules) -> str:
    """Reference rows whose label counts, the same ones every time: their ids say which are taken."""
    due = f"FROM reference WHERE {condition} AND (_part = 'training' OR _mature)"
    last = f"SELECT max(h) FROM (SELECT _hash AS h {due} ORDER BY h LIMIT {rules.rows})"
    return f"SELECT * {due} AND _hash <= ({last})"


def _feature(connection: duckdb.DuckDBPyConnection, name: str, kind: str, rules: CellRules) -> Feature | None:
    if not kind.startswith(MOMENTS) and not any(number in kind for number in NUMBERS):
        return Feature(name, values=_categories(connection, name, rules.categories))
    if kind.startswith(("INTERVAL", "STRUCT", "MAP")) or kind.endswith("[]"):
        return None
    value = f"SELECT {plain_number(name, kind)} AS value FROM reference WHERE {quote(name)} IS NOT NULL"
    numbers = connection.execute(value).fetchnumpy()["value"]
    return feature_of(name, np.ma.filled(numbers, np.nan), rules)


def _categories(connection: duckdb.DuckDBPyConnection, name: str, most: int) -> tuple[str, ...]:
    rows = connection.execute(
        f"SELECT {as_words(quote(name))} AS v FROM reference WHERE {quote(name)} IS NOT NULL "
        f"GROUP BY v ORDER BY count(*) DESC, v LIMIT {most}"
    ).fetchall()
    return tuple(row[0] for row in rows)
