"""The layout of profiles, learnt from the reference rows: edges, categories and segments."""

import math
from collections.abc import Mapping

import duckdb

from core.health.profiles.feature_cells import few_categories
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.score_bins import bins_for
from core.health.rules import RULES, CellRules
from core.lake.paths import Part
from core.lake.rows import connect
from core.lake.rows_view import NO_CORRECTIONS, rows_sql
from core.lake.sql import as_words, quote
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatches

NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL", "HUGEINT")
MOMENTS = ("TIMESTAMP", "DATE")


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
    with connect(settings, spec) as connection:
        connection.execute(f"CREATE TEMP TABLE reference AS SELECT * FROM ({rows})")
        types = {name: kind for name, kind, *_ in connection.execute("DESCRIBE reference").fetchall()}
        amounts = _amounts(connection, rules) if spec.task == "regression" else (None, 0.0)
        learnt = (_feature(connection, name, types[name], rules) for name in names if types[name] != "BLOB")
        features = tuple(feature for feature in learnt if feature is not None)
        columns = list(spec.roles.segments) or few_categories(features, rules)
        segments = tuple((name, _categories(connection, name, rules.segment_values)) for name in columns)
    return Layout(spec.classes, bins_for(len(spec.classes)), features, segments, *amounts)


def as_number(name: str, kind: str) -> str:
    """A numeric column as DuckDB text: DOUBLE, with NaN as NULL; moments in seconds."""
    value = f"epoch({quote(name)})" if kind.startswith(MOMENTS) else f"CAST({quote(name)} AS DOUBLE)"
    return f"CASE WHEN isnan({value}) THEN NULL ELSE {value} END"


def _amounts(connection: duckdb.DuckDBPyConnection, rules: CellRules) -> tuple[Feature | None, float]:
    """Cells of the predicted amounts, and the mean label."""
    row = connection.execute("SELECT avg(_label) FROM reference").fetchone()
    return _feature(connection, "_prediction", "DOUBLE", rules), float(row[0] or 0.0) if row else 0.0


def _feature(connection: duckdb.DuckDBPyConnection, name: str, kind: str, rules: CellRules) -> Feature | None:
    if not kind.startswith(MOMENTS) and not any(number in kind for number in NUMBERS):
        return Feature(name, values=_categories(connection, name, rules.categories))
    if kind.startswith(("INTERVAL", "STRUCT", "MAP")) or kind.endswith("[]"):
        return None
    value = as_number(name, kind)
    shares = ", ".join(f"{i / rules.quantiles}" for i in range(rules.quantiles + 1))
    quantiles, values = connection.execute(
        f"SELECT quantile_disc({value}, [{shares}]), "
        f"(SELECT list(v) FROM (SELECT DISTINCT {value} AS v FROM reference WHERE {value} IS NOT NULL "
        f"LIMIT {rules.quantiles + 1})) FROM reference"
    ).fetchall()[0]
    if not values:
        return Feature(name)
    edges = sorted(set(values if len(values) <= rules.quantiles else quantiles))
    return Feature(name, edges=(*edges, math.nextafter(edges[-1], math.inf)))


def _categories(connection: duckdb.DuckDBPyConnection, name: str, most: int) -> tuple[str, ...]:
    rows = connection.execute(
        f"SELECT {as_words(quote(name))} AS v FROM reference WHERE {quote(name)} IS NOT NULL "
        f"GROUP BY v ORDER BY count(*) DESC, v LIMIT {most}"
    ).fetchall()
    return tuple(row[0] for row in rows)
