"""Cron expressions of five fields in a time zone."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.errors import DataError

FIELDS: Final = 5
EXAMPLE: Final = (
    "minute, hour, day of the month, month, day of the week, e.g. '30 6 * * 1-5' at 6:30 on weekdays"
)


class BadSchedule(DataError):
    """A cron expression or a time zone cannot be used.

    Next: write five fields (minute, hour, day of the month, month, day of the week) such as `30 6 * * 1-5`,
    and a time zone by its name, such as `Europe/Berlin`.
    """

    http_status = DataError.http_status


def require_cron(expression: str, zone: str, moment: datetime) -> None:
    """Let an expression pass that comes due.

    Raises:
        BadSchedule: it has not five fields, a field is out of range, no day is ever meant, or the zone is not
            known.
    """
    from croniter import CroniterError

    try:
        ZoneInfo(zone)
    except (ValueError, OSError, LookupError) as error:
        raise BadSchedule(f"There is no time zone {zone!r}.", "Write e.g. UTC or Europe/Berlin.") from error
    if len(expression.split()) != FIELDS:
        raise BadSchedule(f"{expression!r} has not five fields.", f"Write {EXAMPLE}.")
    try:
        next_moment(expression, zone, moment)
    except (CroniterError, KeyError) as error:
        raise BadSchedule(f"{expression!r} never comes due: {error}.", f"Write {EXAMPLE}.") from error


def next_moment(expression: str, zone: str, after: datetime) -> datetime:
    """The first moment after another one, in UTC.

    A time that is left out when clocks go forward is the next one that there is; one that comes twice when
    they go back comes due twice.

    >>> friday = datetime(2026, 3, 6, 12, tzinfo=UTC)
    >>> next_moment("30 6 * * 1-5", "Europe/Berlin", friday).isoformat()
    '2026-03-09T05:30:00+00:00'
    """
    from croniter import croniter

    following: datetime = croniter(expression, after.astimezone(ZoneInfo(zone))).get_next(datetime)
    return following.astimezone(UTC)


def newest_moment(expression: str, zone: str, until: datetime, least: datetime) -> datetime:
    """The last moment until another one, in UTC; not before `least`, which is one of them.

    >>> noon = datetime(2026, 3, 6, 12, tzinfo=UTC)
    >>> newest_moment("*/5 * * * *", "UTC", noon, noon).isoformat()
    '2026-03-06T12:00:00+00:00'
    """
    from croniter import croniter

    just_after = until.astimezone(ZoneInfo(zone)).replace(microsecond=0)
    moment: datetime = croniter(expression, just_after).get_prev(datetime)
    following = next_moment(expression, zone, moment)
    newest = following if following <= until else moment.astimezone(UTC)
    return max(newest, least)
