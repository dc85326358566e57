"""What the health document says of the log beside its profiles."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from core.lake.rows import connect
from core.lake.rows_view import rows_sql
from core.lake.sql import literals
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatches

NAMED = 10
"""Classes that the model does not know are told one by one up to so many."""


@dataclass(frozen=True, slots=True)
class ChunkFacts:
    """What is known of the rows of one chunk beside its profile.

    Attributes:
        labelled: rows with a visible label, counting already or not.
        copies: rows that equal another one in inputs and prediction.
        newest: its newest row: microseconds since 1970 (the position where rows have no time), and its id.
        version: that answered then.
        ends: moments of the oldest and the newest row (ISO); None where rows have no time.
        labels: class that the model does not know -> its labels.
        predictions: likewise.
    """

    labelled: int
    copies: int
    newest: tuple[int, str]
    version: str | None
    ends: tuple[str, str] | None
    labels: Mapping[str, int]
    predictions: Mapping[str, int]

    def to_bytes(self) -> bytes:
        """As JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, body: bytes) -> "ChunkFacts":
        """The inverse of `to_bytes`.

        >>> facts = ChunkFacts(1, 0, (5, "r1"), None, ("2024-05-01", "2024-05-02"), {}, {"x": 1})
        >>> ChunkFacts.from_bytes(facts.to_bytes()) == facts
        True
        """
        document: dict[str, Any] = json.loads(body)
        pairs = {name: document[name] and tuple(document[name]) for name in ("newest", "ends")}
        return cls(**{**document, **pairs})


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


def chunk_facts(
    settings: Settings, spec: ModelSpec, batches: LiveBatches, chunks: list[str], copies: Mapping[str, int]
) -> dict[str, ChunkFacts]:
    """Chunk of the log -> what is known of its rows beside their copies, which were counted before."""
    with connect(settings, spec) as connection:
        rows = connection.execute(_chunk_facts(settings, spec, batches, chunks)).fetchall()
    return {
        chunk: ChunkFacts(
            labelled,
            copies[chunk],
            (newest["at"], newest["id"]),
            newest["version"],
            (first.isoformat(), last.isoformat()) if first is not None else None,
            labels or {},
            predictions or {},
        )
        for chunk, labelled, newest, first, last, labels, predictions in rows
    }


def log_facts(chunks: Mapping[str, ChunkFacts]) -> LogFacts:
    """What the chunks of a log are together."""
    if not chunks:
        return LogFacts(0, None)
    facts = list(chunks.values())
    ends = [datetime.fromisoformat(moment) for part in facts for moment in part.ends or ()]
    labels, predictions = Counter[str](), Counter[str]()
    for part in facts:
        labels.update(part.labels)
        predictions.update(part.predictions)
    return LogFacts(
        labelled=sum(part.labelled for part in facts),
        version=max(facts, key=lambda part: part.newest).version or None,
        strange=most_frequent(labels, predictions),
        ends=(min(ends), max(ends)) if ends else None,
        copies={chunk: part.copies for chunk, part in chunks.items()},
    )


def _chunk_facts(settings: Settings, spec: ModelSpec, batches: LiveBatches, chunks: list[str]) -> str:
    rows = rows_sql(settings, spec, batches, part="log", columns=[], chunks=chunks)
    moment = "coalesce(epoch_us(_time), -9223372036854775807)" if spec.roles.time else "_seq"
    strange = ", ".join(_counts(name, spec) for name in ("_label", "_prediction"))
    return (
        f"SELECT _chunk, count(_label), max({{'at': {moment}, 'id': _id, 'version': _version}}), "
        f"min(_time), max(_time), {strange} FROM ({rows}) GROUP BY _chunk"
    )


def _counts(column: str, spec: ModelSpec) -> str:
    """Class that the model does not know -> its rows; NULL where there is none."""
    if not spec.classes:
        return "NULL"
    return f"histogram({column}) FILTER (WHERE {column} NOT IN ({literals(spec.classes)}))"


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
