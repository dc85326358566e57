"""Chunks: the pieces of time (or of rows) by which health is told."""

import re
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from core.errors import DataError

CALENDAR = ("day", "week", "month", "quarter", "year")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
QUARTER = re.compile(r"\d{4}-Q[1-4]")
ENOUGH_ROWS = 200
MANY_CHUNKS = 60
MOST_ROWS = 10**9
"""No log has a chunk of more rows; row numbers in larger ones would be no integers of 64 bits."""


def check(chunk: str) -> str:
    """The chunk as it is stored.

    Raises:
        DataError: it is neither a calendar unit nor a number of rows.

    >>> check("month"), check("0500")
    ('month', '500')
    """
    if chunk in CALENDAR:
        return chunk
    if chunk.isdecimal() and 0 < int(chunk) < MOST_ROWS:
        return str(int(chunk))
    raise DataError(
        f"{chunk!r} is not a chunk.", f"Choose one of {', '.join(CALENDAR)} or a number of rows such as 500."
    )


def keys(times: pd.Series, chunk: str) -> pd.Series:
    """The chunk of every moment; keys sort like time.

    >>> keys(pd.Series(pd.to_datetime(["2016-01-05", "2016-12-31"])), "quarter").tolist()
    ['2016-Q1', '2016-Q4']
    """
    places, dates = pd.factorize(times.dt.normalize(), use_na_sentinel=False)
    days = pd.DatetimeIndex(dates).to_series().dt
    if chunk == "quarter":
        made = days.year.astype(str) + "-Q" + days.quarter.astype(str)
    elif chunk == "week":
        iso = days.isocalendar()
        made = iso["year"].astype(str) + "-W" + iso["week"].astype(str).str.zfill(2)
    else:
        made = days.strftime({"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[chunk])
    return pd.Series(made.to_numpy(dtype=object)[places], times.index, dtype=object)


def row_keys(positions: pd.Series, chunk: str) -> pd.Series:
    """The chunk of every row by its position in order of arrival.

    >>> row_keys(pd.Series([0, 99, 100]), "100").tolist()
    ['rows-000000', 'rows-000000', 'rows-000001']
    """
    places, numbers = pd.factorize(positions.to_numpy() // int(chunk))
    made = np.array([f"rows-{number:06d}" for number in numbers], dtype=object)
    return pd.Series(made[places], positions.index, dtype=object)


KEYS = {
    "day": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "week": re.compile(r"\d{4}-W(0[1-9]|[1-4]\d|5[0-3])"),
    "month": re.compile(r"\d{4}-(0[1-9]|1[0-2])"),
    "quarter": QUARTER,
    "year": re.compile(r"\d{4}"),
}
ROWS = re.compile(r"rows-\d{6,}")
"""What the keys of chunks look like."""


def is_key(key: str, chunk: str) -> bool:
    """Whether a text is the key of such a chunk.

    >>> is_key("2016-01", "month"), is_key("2016-13", "month"), is_key("rows-000003", "500")
    (True, False, True)
    """
    return bool(KEYS.get(chunk, ROWS).fullmatch(key))


def example_key(chunk: str) -> str:
    """What the key of such a chunk looks like.

    >>> example_key("week"), example_key("500")
    ('2016-W01', 'rows-000000')
    """
    if chunk not in CALENDAR:
        return "rows-000000"
    return str(keys(pd.Series([pd.Timestamp("2016-01-05")]), chunk).iloc[0])


def bounds(key: str, chunk: str) -> tuple[datetime, datetime] | tuple[int, int]:
    """First moment and the moment after the last (or positions of rows, likewise half open).

    >>> bounds("2016-W01", "week")[0].isoformat(), bounds("rows-000003", "100")
    ('2016-01-04T00:00:00', (300, 400))
    """
    if key.startswith("rows-"):
        first = int(key.removeprefix("rows-")) * int(chunk)
        return first, first + int(chunk)
    if chunk == "week":
        start = datetime.strptime(f"{key}-1", "%G-W%V-%u")
        return start, start + timedelta(days=7)
    code = {"day": "D", "month": "M", "quarter": "Q", "year": "Y"}[chunk]
    period = pd.Period(key.replace("-Q", "Q"), freq=code)
    return period.start_time.to_pydatetime(), (period + 1).start_time.to_pydatetime()


def whole_chunks(start: datetime, end: datetime, chunk: str) -> int:
    """Number of calendar chunks that lie between the beginning of one and a moment; 0 when it is before.

    >>> whole_chunks(datetime(2024, 4, 1), datetime(2024, 4, 22), "week")
    3
    >>> whole_chunks(datetime(2024, 1, 1), datetime(2024, 4, 30), "quarter")
    1
    """
    days = {"day": 1, "week": 7}
    if chunk in days:
        return max(0, (end - start).days // days[chunk])
    months = 12 * (end.year - start.year) + end.month - start.month
    return max(0, months // {"month": 1, "quarter": 3, "year": 12}[chunk])


def label(key: str, chunk: str) -> str:
    """The chunk for people.

    >>> label("2016-01", "month"), label("2016-Q1", "quarter"), label("rows-000003", "100")
    ('Jan 2016', 'Q1 2016', 'Rows 301-400')
    """
    if key.startswith("rows-"):
        first, after = bounds(key, chunk)
        return f"Rows {first + 1:,}-{after:,}"  # type: ignore[operator]
    start: Any = bounds(key, chunk)[0]
    forms = {
        "day": day(start),
        "week": f"Week {start:%V, %G}",
        "month": f"{start:%b %Y}",
        "quarter": f"Q{(start.month + 2) // 3} {start:%Y}",
        "year": f"{start:%Y}",
    }
    return forms[chunk].lstrip("0")


def day(moment: datetime) -> str:
    """The day of a moment for people.

    >>> day(datetime(2026, 3, 3, 12))
    '3 Mar 2026'
    """
    return f"{moment.day} {moment:%b %Y}"


def weekday(key: str) -> str:
    """The kind of day of a chunk; empty where chunks are not days.

    >>> weekday("2016-01-05"), weekday("2016-01"), weekday("rows-000003")
    ('Tuesday', '', '')
    """
    try:
        return WEEKDAYS[datetime.strptime(key, "%Y-%m-%d").weekday()]
    except ValueError:
        return ""


def recurring(key: str) -> str:
    """The kind of a chunk that comes again: the day of the week, the month or the quarter of the year.

    >>> recurring("2016-01-05"), recurring("2016-01"), recurring("2016-Q1"), recurring("2016-W01")
    ('Tuesday', 'January', 'Q1', '')
    """
    if QUARTER.fullmatch(key):
        return key[-2:]
    try:
        return f"{datetime.strptime(key, '%Y-%m'):%B}"
    except ValueError:
        return weekday(key)


def suggest(times: pd.Series | None, rows: int) -> str:
    """The finest chunk that is usually full enough and not too many to look at.

    >>> suggest(None, 1000)
    '100'
    >>> suggest(pd.Series(pd.date_range("2015-07-01", "2017-08-31", periods=40000)), 40000)
    'month'
    """
    if times is None:
        return str(max(100, int(np.ceil(rows / 20 / 50)) * 50))
    for chunk in ("day", "week", "month", "quarter"):
        counts = keys(times.dropna(), chunk).value_counts()
        if counts.median() >= ENOUGH_ROWS and len(counts) <= MANY_CHUNKS:
            return chunk
    return "year" if keys(times.dropna(), "year").nunique() > MANY_CHUNKS // 10 else "month"
