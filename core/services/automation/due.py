"""Whether a training is due by the rule of a model: a pure decision over what is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from core.model import Automation
from core.tables.chunks import day

Occasion = Literal["schedule", "alarm"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that Health shows.

    Attributes:
        since: the chunk that raised it, for people.
        fault: what is broken, where the first cause is a fault: no training repairs that; else empty.
    """

    since: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a decision rests on.

    Attributes:
        now: the moment.
        last: when the newest training by itself began; None: there was none.
        labels: labels that count, and corrections of them, now; `labels_then`: at that training.
        alarm: that Health shows.
    """

    now: datetime
    last: datetime | None
    labels: int
    labels_then: int | None
    alarm: Alarm | None


@dataclass(frozen=True, slots=True)
class NextRun:
    """What comes next.

    Attributes:
        occasion: of a training that is due; None: none is.
        cause: of it, for people.
        at: when it may begin, where that is known.
        sentence: for people, whatever it is.
    """

    occasion: Occasion | None
    cause: str
    at: datetime | None
    sentence: str


def next_run(rule: Automation | None, situation: Situation) -> NextRun:
    """What the rule says about this moment.

    Where an alarm and the calendar ask at once, the alarm is the cause.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    >>> rule = Automation(on_alarm=True, every_days=30, set_at="2026-03-01T12:00:00+00:00")
    >>> next_run(rule, Situation(noon, None, 900, None, None)).sentence
    'Next on 31 Mar 2026, or on an alarm.'
    >>> next_run(rule, Situation(noon, None, 900, None, Alarm("Feb 2026"))).cause
    'the alarm of Feb 2026'
    """
    if rule is None:
        return NextRun(None, "", None, "Never by itself: people start each training.")
    alarm = situation.alarm if rule.on_alarm else None
    asks = alarm is not None and not alarm.fault
    planned = _planned_time(rule, situation)
    at = situation.now if asks else planned
    if situation.last is not None and at is not None:
        at = max(at, situation.last + timedelta(days=rule.pause_days))
    cause = (
        f"the alarm of {alarm.since}"
        if alarm and asks
        else f"the calendar (each {rule.every_days or 0:g} days)"
    )
    if at is None or at > situation.now:
        return NextRun(None, "", at, _waiting(rule, at, alarm))
    missing = _missing(rule, situation)
    if missing > 0:
        more = f"{missing:,} more {'label' if missing == 1 else 'labels'}"
        return NextRun(None, "", None, f"Due by {cause}, but nothing is new: it waits for {more}.")
    return NextRun("alarm" if asks else "schedule", cause, situation.now, f"Due now, by {cause}.")


def _planned_time(rule: Automation, situation: Situation) -> datetime | None:
    if rule.every_days is None:
        return None
    from_when = situation.last or datetime.fromisoformat(rule.set_at)
    return from_when + timedelta(days=rule.every_days)


def _missing(rule: Automation, situation: Situation) -> int:
    """How many labels are missing; before the first training nothing says what was known already."""
    if situation.labels_then is None:
        return 0
    return rule.new_labels - (situation.labels - situation.labels_then)


def _waiting(rule: Automation, at: datetime | None, alarm: Alarm | None) -> str:
    fault = ""
    if alarm is not None and alarm.fault:
        fault = f" The alarm of {alarm.since} names a fault of {alarm.fault}: no training repairs that."
    if at is None:
        return f"Next on an alarm.{fault}"
    if alarm is not None and not alarm.fault:
        return f"Next on {day(at)}, on the alarm of {alarm.since}: at most once in {rule.pause_days:g} days."
    return f"Next on {day(at)}{', or on an alarm' if rule.on_alarm else ''}.{fault}"
