"""What the health document says of the log beside its profiles."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.lake.rows import connect
from core.lake.rows_view import rows_sql, score_columns
from core.lake.sql import literals, quote
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatches

NAMED = 10
"""Classes that the model does not know are told one by one up to so many."""


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What is known of the log as a whole.

    Attributes:
        labelled: rows with a visible label, counting already or not; version: that answered last.
        strange: (class that the model does not know, labels, predictions), most frequent first.
        ends: moments of the oldest and the newest row; None where rows have no time.
        copies: chunk -> rows that equal another one of it in inputs and prediction.
    """

    labelled: int
    version: str | None
    strange: tuple[tuple[str, int, int], ...] = ()
    ends: tuple[datetime, datetime] | None = None
    copies: Mapping[str, int] = field(default_factory=dict)


def log_facts(settings: Settings, spec: ModelSpec, batches: LiveBatches) -> LogFacts:
    """What the document says of the log beside its profiles."""
    rows = rows_sql(settings, spec, batches, part="log", columns=[])
    with connect(settings, spec) as connection:
        order = "_time NULLS FIRST, _id" if spec.roles.time else "_seq"
        query = f"SELECT count(_label), last(_version ORDER BY {order}), min(_time), max(_time) FROM ({rows})"
        labelled, version, first, last = connection.execute(query).fetchall()[0]
        strange = connection.execute(_strange(rows, spec)).fetchall() if spec.classes else []
        copies = dict(connection.execute(_copies(settings, spec, batches)).fetchall())
    times = None if first is None else (first, last)
    return LogFacts(int(labelled), version or None, tuple(strange), times, copies)


def _copies(settings: Settings, spec: ModelSpec, batches: LiveBatches) -> str:
    """By 64-bit hashes: of a million rows two that differ are taken for equal once in 37 million times."""
    columns = list(spec.roles.features)
    rows = rows_sql(settings, spec, batches, part="log", columns=columns)
    values = ", ".join(quote(name) for name in (*columns, "_prediction", *score_columns(spec)))
    return f"SELECT _chunk, count(*) - count(DISTINCT hash({values})) FROM ({rows}) GROUP BY _chunk"


def _strange(rows: str, spec: ModelSpec) -> str:
    known = literals(spec.classes)
    return (
        f"SELECT name, sum(is_label)::BIGINT, sum(1 - is_label)::BIGINT FROM ("
        f"SELECT unnest([_label, _prediction]) AS name, unnest([1, 0]) AS is_label FROM ({rows}) "
        f"WHERE _label NOT IN ({known}) OR _prediction NOT IN ({known})"
        f") WHERE name NOT IN ({known}) GROUP BY name ORDER BY count(*) DESC, name LIMIT {NAMED}"
    )
