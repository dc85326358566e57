"""From when to when there are rows, and where none came."""

from datetime import datetime

import pandas as pd

from core.health.change.rows_and_time import Gap
from core.health.findings import Findings
from core.health.report.chunk_entries import ChunkEntry, Place
from core.health.report.document import DataEntry, EmptyPeriod
from core.tables.chunks import day, keys, label

NAMED = 3
"""More periods than this are counted, not told one by one."""


def data_entry(
    findings: Findings,
    chunks: list[ChunkEntry],
    chunk: str,
    ends: tuple[datetime, datetime] | None,
) -> DataEntry:
    """What time the rows of the log cover.

    Args:
        findings: for the gaps.
        chunks: chunks of the log in the document.
        chunk: their unit.
        ends: moments of the oldest and of the newest row; None where rows have no time.
    """
    first, last = ends if ends is not None else _first_and_last_row(chunks)
    gaps = [_empty_period(gap, chunk) for gap in findings.gaps if not gap.open]
    return {
        "from": _place(first),
        "until": _place(last),
        "gaps": gaps,
        "stale": any(gap.open for gap in findings.gaps),
    }


def describe(data: DataEntry) -> str:
    """The time that the rows cover, for people.

    >>> gap = {"from": "2024-04-01", "until": "2024-04-30", "chunks": 1, "label": "Apr 2024"}
    >>> describe({"from": "2024-01-01", "until": "2024-06-08", "gaps": [gap], "stale": True})
    '1 Jan 2024 to 8 Jun 2024, none in Apr 2024; the log has ended'
    >>> describe({"from": 0, "until": 5000, "gaps": [], "stale": False})
    'rows 1 to 5,001'
    """
    if data["until"] is None:
        return "no rows yet"
    if isinstance(data["until"], int):
        return f"rows {int(data['from'] or 0) + 1:,} to {data['until'] + 1:,}"
    empty = f", none in {empty_periods(data)}" if data["gaps"] else ""
    ended = "; the log has ended" if data["stale"] else ""
    return f"{_day(data['from'])} to {_day(data['until'])}{empty}{ended}"


def empty_periods(data: DataEntry) -> str:
    """The periods without rows, for people; of many only the last.

    >>> gap = {"from": "2024-04-01", "until": "2024-04-30", "chunks": 1, "label": "Apr 2024"}
    >>> data = {"from": "2024-01-01", "until": "2024-06-08", "gaps": [gap], "stale": False}
    >>> empty_periods(data), empty_periods({**data, "gaps": 4 * [gap]})
    ('Apr 2024', '4 periods, the last Apr 2024')
    """
    labels = [gap["label"] for gap in data["gaps"]]
    return "; ".join(labels) if len(labels) <= NAMED else f"{len(labels)} periods, the last {labels[-1]}"


def last_day(data: DataEntry) -> str:
    """The day of the newest row, for people.

    >>> last_day({"from": "2024-01-01", "until": "2024-06-08", "gaps": [], "stale": True})
    '8 Jun 2024'
    """
    return _day(data["until"])


def _first_and_last_row(chunks: list[ChunkEntry]) -> tuple[Place | None, Place | None]:
    """Of chunks that are numbers of rows: the last may not be full."""
    if not chunks:
        return None, None
    last = chunks[-1]
    until = last["start"] + last["n"] - 1 if isinstance(last["start"], int) else last["end"]
    return chunks[0]["start"], until


def _place(place: datetime | Place | None) -> Place | None:
    return place.date().isoformat() if isinstance(place, datetime) else place


def _day(place: Place | None) -> str:
    return day(datetime.fromisoformat(str(place)))


def _empty_period(gap: Gap, chunk: str) -> EmptyPeriod:
    names = [label(key, chunk) for key in keys(pd.Series([gap.first, gap.last]), chunk)]
    return {
        "from": gap.first.date().isoformat(),
        "until": gap.last.date().isoformat(),
        "chunks": gap.chunks,
        "label": " to ".join(dict.fromkeys(names)),
    }
