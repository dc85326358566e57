"""A closer look at single columns of a few chunks: quantiles of a number, the most frequent values."""

from core.health.change.values.settle import MOST_VALUES, SHARES, ColumnValues, as_text
from core.health.profiles.layout import Feature
from core.lake.rows import connect
from core.lake.rows_view import rows_sql
from core.lake.sql import as_number, literals, quote
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatches


def look(
    settings: Settings, spec: ModelSpec, batches: LiveBatches, chunks: list[str], features: list[Feature]
) -> dict[str, ColumnValues]:
    """Feature -> what its values are in these chunks of the log."""
    names = [feature.name for feature in features]
    rows = rows_sql(settings, spec, batches, part="log", chunks=chunks, columns=names)
    with connect(settings, spec) as connection:
        connection.execute(f"CREATE TEMP TABLE chunk AS SELECT * FROM ({rows})")
        types = {name: kind for name, kind, *_ in connection.execute("DESCRIBE chunk").fetchall()}
        looks = {}
        for feature in features:
            quantiles: list[float] | None = None
            value, known = f"CAST({quote(feature.name)} AS VARCHAR)", ""
            if feature.numeric:
                value = as_number(feature.name, types[feature.name])
                shares = ", ".join(map(str, SHARES))
                row = connection.execute(f"SELECT quantile_disc({value}, [{shares}]) FROM chunk").fetchone()
                quantiles = row[0] if row else None
            elif feature.values:
                known = f"AND v NOT IN ({literals(feature.values)})"
            values = connection.execute(
                f"SELECT v, count(*) / (SELECT count(*) FROM chunk) FROM (SELECT {value} AS v FROM chunk) "
                f"WHERE v IS NOT NULL {known} GROUP BY v ORDER BY count(*) DESC, v LIMIT {MOST_VALUES}"
            ).fetchall()
            looks[feature.name] = ColumnValues(
                tuple(float(q) for q in quantiles or ()),
                tuple((as_text(v), float(share)) for v, share in values),
            )
    return looks
