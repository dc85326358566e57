"""A closer look at single columns of one chunk: quantiles of a number, the values never seen before."""

from core.health.change.units import SHARES, ColumnValues
from core.health.profiles.layout import Feature
from core.lake.rows import connect
from core.lake.rows_view import rows_sql
from core.lake.sql import as_number, literals, quote
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatches

NAMED = 3


def look(
    settings: Settings, spec: ModelSpec, batches: LiveBatches, chunk: str, features: list[Feature]
) -> dict[str, ColumnValues]:
    """Feature -> what its values are in a chunk of the log."""
    names = [feature.name for feature in features]
    rows = rows_sql(settings, spec, batches, part="log", chunks=[chunk], columns=names)
    with connect(settings, spec) as connection:
        connection.execute(f"CREATE TEMP TABLE chunk AS SELECT * FROM ({rows})")
        types = {name: kind for name, kind, *_ in connection.execute("DESCRIBE chunk").fetchall()}
        looks = {}
        for feature in features:
            query = _quantiles(feature.name, types[feature.name]) if feature.numeric else _strange(feature)
            result = connection.execute(query).fetchall()
            if feature.numeric:
                looks[feature.name] = ColumnValues(quantiles=tuple(float(q) for q in result[0][0] or ()))
            else:
                looks[feature.name] = ColumnValues(
                    values=tuple((str(v), float(share)) for v, share in result)
                )
    return looks


def _quantiles(name: str, kind: str) -> str:
    return f"SELECT quantile_disc({as_number(name, kind)}, [{', '.join(map(str, SHARES))}]) FROM chunk"


def _strange(feature: Feature) -> str:
    name = quote(feature.name)
    known = f"WHERE v NOT IN ({literals(feature.values)})" if feature.values else ""
    return (
        f"SELECT v, count(*) / (SELECT count(*) FROM chunk) FROM "
        f"(SELECT CAST({name} AS VARCHAR) AS v FROM chunk WHERE {name} IS NOT NULL) "
        f"{known} GROUP BY v ORDER BY count(*) DESC, v LIMIT {NAMED}"
    )
