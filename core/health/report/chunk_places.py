"""Where a chunk begins and ends, as the document says it, and the chunks of a part of the log."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.errors import DataError
from core.health.performance import formatting
from core.health.report.chunk_entries import ChunkEntry, Place
from core.stats.intervals import Measured
from core.stats.measures.table import metric_named
from core.tables.chunks import bounds


def span(key: str, chunk: str) -> tuple[Place, Place]:
    """First and last day of a chunk, or its first and last row.

    >>> span("2016-02", "month"), span("rows-000001", "100")
    (('2016-02-01', '2016-02-29'), (100, 199))
    """
    start, after = bounds(key, chunk)
    if isinstance(start, datetime) and isinstance(after, datetime):
        return start.date().isoformat(), (after - timedelta(days=1)).date().isoformat()
    return start, after - 1  # type: ignore[return-value, operator]


def chunks_between(chunks: Sequence[ChunkEntry], first: str | None, until: str | None) -> list[ChunkEntry]:
    """Chunks that lie in a part of the log, also those that reach into it.

    Args:
        chunks: of the document.
        first: the first day (or number of a row, from 1) that counts; None for the beginning.
        until: the first that counts no more; None for the end.

    Raises:
        DataError: one is no date, or no number where chunks are numbers of rows.

    >>> days = [{"start": day, "end": day} for day in ("2024-01-01", "2024-01-02", "2024-01-03")]
    >>> [chunk["start"] for chunk in chunks_between(days, "2024-01-02", "2024-01-03")]
    ['2024-01-02']
    """
    by_row = bool(chunks) and isinstance(chunks[0]["start"], int)
    low, high = (None if text is None else _edge(text, by_row=by_row) for text in (first, until))
    return [
        chunk
        for chunk in chunks
        if (low is None or chunk["end"] >= low) and (high is None or chunk["start"] < high)  # type: ignore[operator]
    ]


def describe_chunk(metric: str, chunk: ChunkEntry) -> str:
    """A chunk in one line: its rows, its state, what was measured, else what is estimated.

    >>> real = {"accuracy": {"value": 0.8713, "low": 0.854, "high": 0.887}}
    >>> chunk = {"label": "Apr 2024", "n": 2310, "status": "green", "realised": real, "estimated": {}}
    >>> describe_chunk("accuracy", chunk)
    'Apr 2024: 2,310 rows, green, 87.1 % (95 % interval 85.4-88.7 %)'
    """
    line = f"{chunk['label']}: {chunk['n']:,} rows, {chunk['status']}"
    number, estimated = chunk["realised"].get(metric), chunk["estimated"].get(metric)
    known = number or estimated
    if known is None:
        return line
    value = Measured(known["value"], known["low"], known["high"], 0.0, chunk["n"])
    return f"{line}, {formatting.interval(metric_named(metric), value)}{'' if number else ' estimated'}"


def _edge(text: str, *, by_row: bool) -> Place:
    if by_row:
        if text.isdecimal():
            return int(text) - 1
        raise DataError(f"{text!r} is no number of a row.", "The chunks of this model are rows: say 501.")
    try:
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError as error:
        raise DataError(f"{text!r} is no date.", "Write it as 2024-01-31.") from error
