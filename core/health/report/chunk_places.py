"""Where a chunk begins and ends, as the document says it."""

from datetime import datetime, timedelta

from core.health.report.chunk_entries import Place
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
