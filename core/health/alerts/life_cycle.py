"""Open alerts and what the document says now -> what becomes of each alert."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from core.health.alerts.conditions import Condition
from core.health.alerts.rules import AT_ONCE, RULES, SEVERITIES, AlertRules, Kind, Severity

State = Literal["open", "acknowledged", "snoozed", "closed"]
Action = Literal["opened", "reopened", "worse", "reminded", "continues", "absent", "merged", "closed"]


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as it stands.

    Attributes:
        id: its number.
        keys: of the condition; see there.
        kinds: of it.
        severity: the highest since it opened.
        sentence: what it said last.
        state: of its life.
        absent: readings of new data in a row without its condition.
        closed_at: when it closed.
        snoozed_until: when people are told again, if it lasts.
    """

    id: int
    keys: tuple[str, ...]
    kinds: tuple[Kind, ...]
    severity: Severity
    sentence: str
    state: State = "open"
    absent: int = 0
    closed_at: datetime | None = None
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an alert.

    Attributes:
        alert: the one; None of a new one.
        action: what; "continues" and "absent" change what is known of it, and are no events.
        condition: that it has now; None where it has none.
        tell: whether people are told.
    """

    alert: Alert | None
    action: Action
    condition: Condition | None
    tell: bool = False


def advance(
    alerts: Sequence[Alert],
    now: Sequence[Condition],
    moment: datetime,
    *,
    new_data: bool,
    rules: AlertRules = RULES,
) -> list[Change]:
    """What becomes of the alerts of a model.

    Args:
        alerts: those that are not closed, and those closed within the cool-down; oldest first.
        now: what the newest document says.
        moment: of this reading.
        new_data: whether rows or labels came since the reading before: only then does absence count.
        rules: every number that decides.
    """
    live = [alert for alert in alerts if alert.state != "closed"]
    changes: list[Change] = []
    matched: set[int] = set()
    for condition in now:
        same = [alert for alert in live if _is_same(alert, condition)]
        if any(alert.id in matched for alert in same):
            continue  # one cause with what was its effect: two messages would say the same
        matched |= {alert.id for alert in same}
        if same:
            changes += [_go_on(same[0], condition, moment), *(Change(a, "merged", None) for a in same[1:])]
        else:
            changes.append(_begin(alerts, condition, moment, rules))
    left = [alert for alert in live if alert.id not in matched]
    return changes + [_miss(alert, rules) for alert in left if new_data]


def _is_same(alert: Alert, condition: Condition) -> bool:
    """Whether the condition is that of the alert: they share what they began with, or a cause."""
    return alert.keys[0] in condition.keys or condition.keys[0] in alert.keys


def _begin(alerts: Sequence[Alert], condition: Condition, moment: datetime, rules: AlertRules) -> Change:
    """A new alert, or one that closed a short while ago and is told again only if it is worse."""
    since = moment - timedelta(hours=rules.cool_down_hours)
    closed = [a for a in alerts if a.closed_at is not None and a.closed_at > since and _is_same(a, condition)]
    if not closed:
        return Change(None, "opened", condition, tell=True)
    return Change(closed[-1], "reopened", condition, tell=_is_worse(closed[-1], condition))


def _go_on(alert: Alert, condition: Condition, moment: datetime) -> Change:
    if _is_worse(alert, condition):
        return Change(alert, "worse", condition, tell=True)
    if alert.state == "snoozed" and alert.snoozed_until is not None and alert.snoozed_until <= moment:
        return Change(alert, "reminded", condition, tell=True)
    return Change(alert, "continues", condition)


def _miss(alert: Alert, rules: AlertRules) -> Change:
    enough = 1 if set(alert.kinds) <= AT_ONCE else rules.closes_after
    return Change(alert, "closed" if alert.absent + 1 >= enough else "absent", None, tell=False)


def _is_worse(alert: Alert, condition: Condition) -> bool:
    return SEVERITIES[condition.severity] > SEVERITIES[alert.severity]
