"""When a training by itself is due: the calendar, an alarm, the pause, new labels, at their limits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import DataError
from core.model import Automation, ModelSpec, Roles
from core.services.automation import rules
from core.services.automation.due import Alarm, Situation, next_run
from core.services.automation.situation import find_alarm

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULE = Automation(every_days=30, pause_days=7, new_labels=5, set_by="eve", set_at=START.isoformat())
ON_ALARM = replace(RULE, every_days=None, on_alarm=True)
ALARM = Alarm("Mar 2026")


def at(days, *, last=None, labels=100, then=None, alarm=None):
    """What is known so many days after the rule was set; `last` in the same days."""
    began = None if last is None else START + timedelta(days=last)
    return Situation(START + timedelta(days=days), began, labels, then, alarm)


def test_without_a_rule_nothing_is_ever_due():
    assert next_run(None, at(999, alarm=ALARM)).occasion is None


def test_the_calendar_counts_from_the_rule_then_from_the_last_time():
    early = next_run(RULE, at(30 - 1e-6))
    assert (early.occasion, early.at) == (None, START + timedelta(days=30))
    assert next_run(RULE, at(30)).occasion == "schedule"
    later = next_run(RULE, at(45, last=30, labels=200, then=100))
    assert (later.occasion, later.at) == (None, START + timedelta(days=60))
    assert next_run(RULE, at(60, last=30, labels=200, then=100)).occasion == "schedule"


def test_an_alarm_makes_it_due_at_once_where_the_rule_says_so():
    assert next_run(RULE, at(1, alarm=ALARM)).occasion is None
    due = next_run(replace(RULE, on_alarm=True), at(1, alarm=ALARM))
    assert (due.occasion, due.cause) == ("alarm", "the alarm of Mar 2026")
    assert next_run(ON_ALARM, at(400)).sentence == "Next on an alarm."


def test_of_an_alarm_that_stands_it_trains_at_most_once_in_the_pause():
    during = next_run(ON_ALARM, at(7 - 1e-6, last=0, labels=200, then=100, alarm=ALARM))
    assert (during.occasion, during.at) == (None, START + timedelta(days=7))
    assert "at most once in 7 days" in during.sentence
    assert next_run(ON_ALARM, at(7, last=0, labels=200, then=100, alarm=ALARM)).occasion == "alarm"


def test_a_pause_longer_than_the_calendar_wins():
    slow = replace(RULE, every_days=2)
    assert next_run(slow, at(6, last=0, labels=200, then=100)).occasion is None
    assert next_run(slow, at(7, last=0, labels=200, then=100)).occasion == "schedule"


@pytest.mark.parametrize(("labels", "due"), [(104, None), (105, "schedule")])
def test_it_waits_for_new_labels(labels, due):
    coming = next_run(RULE, at(40, last=0, labels=labels, then=100))
    assert coming.occasion == due
    assert ("waits for 1 more label." in coming.sentence) == (due is None)


def test_an_alarm_that_is_a_fault_of_the_data_trains_nothing_and_says_why():
    fault = Alarm("Mar 2026", "price")
    coming = next_run(ON_ALARM, at(3, alarm=fault))
    assert coming.occasion is None
    assert "names a fault of price: no training repairs that" in coming.sentence
    assert next_run(replace(ON_ALARM, every_days=2), at(3, alarm=fault)).occasion == "schedule"


def document(**more):
    """As much of a health document as is read."""
    alerts = [
        {"closed": None, "rule": "guard", "opened": "2026-01-01", "severity": "red"},
        {"closed": "2026-02-01", "rule": "performance", "opened": "2026-01-01", "severity": "red"},
        {"closed": None, "rule": "performance", "opened": "2026-02-01", "severity": "amber"},
        {"closed": None, "rule": "performance", "opened": "2026-03-01", "severity": "red"},
    ]
    chunks = [{"start": "2026-03-01", "label": "Mar 2026"}]
    body = {"status": "red", "alerts": alerts, "chunks": chunks, "causes": [], "computed_at": "2026-04-02T00"}
    return body | more


@pytest.mark.parametrize(
    ("more", "alarm"),
    [
        ({}, ALARM),
        ({"status": "amber"}, None),
        ({"alerts": []}, None),
        ({"causes": [{"kind": "mix", "feature": "price"}]}, ALARM),
        ({"causes": [{"kind": "data_fault", "feature": "price"}]}, Alarm("Mar 2026", "price")),
        ({"causes": [{"kind": "label_fault"}]}, Alarm("Mar 2026", "the labels")),
    ],
)
def test_the_alarm_is_that_of_the_metric_which_stands(more, alarm):
    assert find_alarm(document(**more)) == alarm


@pytest.mark.parametrize(
    "wish",
    [
        {"every_days": 1 / 25},
        {"every_days": 3_651.0},
        {"every_days": float("nan")},
        {"pause_days": 0.0},
        {"minutes": 0.09},
        {"minutes": 1_441.0},
        {"new_labels": -1},
    ],
)
def test_numbers_outside_their_limits_are_refused(wish):
    rules.require_automation(Automation(every_days=1 / 24, pause_days=3_650, minutes=0.1, new_labels=0))
    with pytest.raises(DataError):
        rules.require_automation(Automation(**{"on_alarm": True, **wish}))


def test_no_rule_promotes_where_a_second_person_is_to_approve():
    spec = ModelSpec(1, "m", "binary", "record", ("a", "b"), Roles("y"), "m", "f1", None, "day")
    both = replace(spec, second_person=True, automation=replace(RULE, promote_by_itself=True))
    rules.require_one_who_decides(replace(both, second_person=False))
    rules.require_one_who_decides(replace(both, automation=RULE))
    with pytest.raises(DataError):
        rules.require_one_who_decides(both)
