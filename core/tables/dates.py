"""Moments in words: "3 min ago", "31 Aug 2017"."""

from datetime import UTC, datetime


def ago(moment: str | datetime | None, now: datetime | None = None) -> str:
    """How long ago, roughly.

    >>> ago("2026-01-01T12:00:00+00:00", datetime(2026, 1, 1, 12, 3, tzinfo=UTC))
    '3 min ago'
    """
    if moment is None:
        return "never"
    seconds = ((now or datetime.now(UTC)) - _aware(moment)).total_seconds()
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"


def day(moment: str | int | datetime | None) -> str:
    """The date as people write it; anything that is no date is given back as it is.

    Rows are counted from 0 inside and from 1 by people.

    >>> day("2017-08-31"), day(1199), day(None)
    ('31 Aug 2017', 'row 1,200', 'nothing yet')
    """
    if moment is None:
        return "nothing yet"
    if isinstance(moment, int):
        return f"row {moment + 1:,}"
    try:
        parsed = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
    except ValueError:
        return str(moment)
    return f"{parsed.day} {parsed:%b %Y}"


def minute(moment: datetime) -> str:
    """The date and the time of day, in UTC.

    >>> minute(datetime(2026, 1, 5, 9, 7, tzinfo=UTC))
    '5 Jan 2026, 09:07 UTC'
    """
    return f"{day(moment)}, {_aware(moment).astimezone(UTC):%H:%M} UTC"


def place(at: str | None) -> str:
    """A stored place in the log: a date, or the number of a row.

    >>> place("2017-08-31"), place("399"), place("2017-08")
    ('31 Aug 2017', 'row 400', '2017-08')
    """
    return day(int(at) if at is not None and at.isdecimal() else at)


def _aware(moment: str | datetime) -> datetime:
    parsed = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
