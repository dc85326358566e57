"""What the health document says of the log beside its profiles."""

from collections import Counter
from collections.abc import Iterable, Mapping
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
    """What the document says of the log beside its profiles: one pass over its rows, chunk by chunk.

    Copies are told by 64-bit hashes: of a million rows two that differ are taken for equal once in 37 million
    times.
    """
    with connect(settings, spec) as connection:
        chunks = connection.execute(_chunk_facts(settings, spec, batches)).fetchall()
    if not chunks:
        return LogFacts(0, None)
    keys, known, copies, moments, versions, starts, ends, labels, predictions = zip(*chunks, strict=True)
    newest = max(range(len(chunks)), key=lambda k: tuple(moments[k].values()))
    times = [moment for moment in (*starts, *ends) if moment is not None]
    return LogFacts(
        labelled=sum(known),
        version=versions[newest] or None,
        strange=most_frequent(_sum(labels), _sum(predictions)),
        ends=(min(times), max(times)) if times else None,
        copies=dict(zip(keys, copies, strict=True)),
    )


def _chunk_facts(settings: Settings, spec: ModelSpec, batches: LiveBatches) -> str:
    columns = list(spec.roles.features)
    rows = rows_sql(settings, spec, batches, part="log", columns=columns)
    values = ", ".join(quote(name) for name in (*columns, "_prediction", *score_columns(spec)))
    moment = "coalesce(epoch_us(_time), -9223372036854775807)" if spec.roles.time else "_seq"
    strange = ", ".join(_counts(name, spec) for name in ("_label", "_prediction"))
    return (
        f"SELECT _chunk, count(_label), count(*) - count(DISTINCT hash({values})), max(moment), "
        f"arg_max_null(_version, moment), min(_time), max(_time), {strange} "
        f"FROM (SELECT *, {{'at': {moment}, 'id': _id}} AS moment FROM ({rows})) GROUP BY _chunk"
    )


def _counts(column: str, spec: ModelSpec) -> str:
    """Class that the model does not know -> its rows; NULL where there is none."""
    if not spec.classes:
        return "NULL"
    return f"histogram({column}) FILTER (WHERE {column} NOT IN ({literals(spec.classes)}))"


def _sum(chunks: Iterable[Mapping[str, int] | None]) -> Counter[str]:
    """Class -> its rows in all chunks."""
    total: Counter[str] = Counter()
    for counts in chunks:
        total.update(counts or {})
    return total


def most_frequent(
    labels: Mapping[str, int], predictions: Mapping[str, int]
) -> tuple[tuple[str, int, int], ...]:
    """(class, labels, predictions) of the classes with most of both together, `NAMED` at most.

    >>> most_frequent({"x": 1, "y": 2}, {"x": 3})
    (('x', 1, 3), ('y', 2, 0))
    """
    rows = Counter(labels) + Counter(predictions)
    names = sorted(rows, key=lambda name: (-rows[name], name))
    return tuple((name, labels.get(name, 0), predictions.get(name, 0)) for name in names[:NAMED])
