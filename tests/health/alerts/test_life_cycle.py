"""Broken here: people are told twice of one thing, of something that cannot be told, or not at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.health.alerts.conditions import BESIDE, ESTIMATE, PERFORMANCE, Condition, conditions, newest_data
from core.health.alerts.life_cycle import Alert, advance
from core.health.alerts.rules import AlertRules
from tests.charts.health_document import health_document

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
EMPTY = Condition(("data_fault x CT-H41",), ("data_fault",), "amber", "CT-H41", "x arrives empty.", "1")
FALL = Condition((PERFORMANCE, BESIDE, ESTIMATE), ("performance",), "red", "CT-H03", "It got worse.", "1")
LATE = Condition(("rows  CT-H94",), ("freshness",), "amber", "CT-H94", "The log has ended.", "1")


def open_alert(condition, number=1, **changes):
    alert = Alert(number, condition.keys, condition.kinds, condition.severity, condition.sentence)
    return replace(alert, **changes)


def said(changes):
    return [(change.action, change.tell) for change in changes]


def test_a_condition_opens_once_and_is_told_once():
    [opened] = advance([], [EMPTY], NOON, new_data=True)
    assert (opened.action, opened.tell, opened.alert) == ("opened", True, None)
    alert = open_alert(EMPTY)
    again = replace(EMPTY, sentence="x arrives empty in 90 % of the rows.")
    assert said(advance([alert], [again], NOON, new_data=True)) == [("continues", False)]


def test_it_closes_after_two_readings_of_new_data_without_it_and_not_of_the_same_data():
    alert = open_alert(EMPTY)
    assert advance([alert], [], NOON, new_data=False) == []
    assert said(advance([alert], [], NOON, new_data=True)) == [("absent", False)]
    assert said(advance([replace(alert, absent=1)], [], NOON, new_data=True)) == [("closed", False)]


def test_what_nothing_random_ends_closes_at_once():
    assert said(advance([open_alert(LATE)], [], NOON, new_data=True)) == [("closed", False)]


@pytest.mark.parametrize(("hours", "expected"), [(23, ("reopened", False)), (25, ("opened", True))])
def test_what_comes_back_within_the_cool_down_is_the_same_alert_and_not_told_again(hours, expected):
    closed = open_alert(EMPTY, state="closed", closed_at=NOON - timedelta(hours=hours))
    assert said(advance([closed], [EMPTY], NOON, new_data=True)) == [expected]


def test_what_comes_back_worse_is_told_though():
    estimate = Condition((ESTIMATE,), ("estimate",), "amber", "CT-H11", "Estimated at 80 %.", "1")
    closed = open_alert(estimate, state="closed", closed_at=NOON - timedelta(hours=1))
    assert said(advance([closed], [FALL], NOON, new_data=True)) == [("reopened", True)]


def test_a_fault_that_turns_out_to_be_why_it_fell_is_one_alert_that_got_worse():
    """The fault was known before labels came: one cause, one alert, told again because it is red now."""
    both = replace(FALL, keys=(*FALL.keys, *EMPTY.keys), kinds=("performance", "data_fault"))
    [change] = advance([open_alert(EMPTY)], [both], NOON, new_data=True)
    assert (change.action, change.tell, change.alert.id) == ("worse", True, 1)


def test_two_alerts_whose_cause_turns_out_to_be_one_become_one_without_a_word():
    both = replace(FALL, keys=(*FALL.keys, *EMPTY.keys))
    alerts = [open_alert(EMPTY, 1, severity="red"), open_alert(FALL, 2)]
    changes = advance(alerts, [both], NOON, new_data=True)
    assert [(c.action, c.alert.id, c.tell) for c in changes] == [
        ("continues", 1, False),
        ("merged", 2, False),
    ]


def test_a_cause_that_is_not_named_any_more_opens_no_second_alert():
    """Which cause comes first may change from chunk to chunk: nobody is told of that."""
    both = open_alert(FALL, keys=(*FALL.keys, *EMPTY.keys))
    assert said(advance([both], [FALL, EMPTY], NOON, new_data=True)) == [("continues", False)]


def test_of_what_is_acknowledged_people_hear_when_it_gets_worse():
    alert = open_alert(
        Condition((BESIDE,), ("performance",), "amber", "CT-H62", "", "1"), state="acknowledged"
    )
    assert said(advance([alert], [FALL], NOON, new_data=True)) == [("worse", True)]
    assert said(advance([open_alert(FALL, state="acknowledged")], [FALL], NOON, new_data=True)) == [
        ("continues", False)
    ]


def test_a_snooze_that_is_over_reminds_once_if_it_lasts():
    until = NOON - timedelta(minutes=1)
    alert = open_alert(EMPTY, state="snoozed", snoozed_until=until)
    assert said(advance([alert], [EMPTY], NOON, new_data=False)) == [("reminded", True)]
    later = replace(alert, snoozed_until=NOON + timedelta(minutes=1))
    assert said(advance([later], [EMPTY], NOON, new_data=False)) == [("continues", False)]


def test_rules_are_numbers_that_decide():
    alert = open_alert(EMPTY)
    assert said(advance([alert], [], NOON, new_data=True, rules=AlertRules(closes_after=1))) == [
        ("closed", False)
    ]


ENTRY = {"opened": 3, "closed": None, "severity": "amber", "parameters": {}}


def document(**changes):
    quiet = {"alerts": [], "causes": [], "status": "green", "findings": [], "onset": None, "current": None}
    return {**health_document(), **quiet, **changes}


def test_what_cannot_be_told_opens_nothing():
    unsure = [{"code": "CT-H06", "parameters": {}, "sentence": "It cannot be told yet."}]
    assert conditions(document(status="amber", findings=unsure)) == []
    assert conditions(document(status="grey")) == []


def test_a_fall_and_the_fault_that_explains_it_are_one_condition_that_names_it():
    empty = {**ENTRY, "rule": "data_fault", "feature": "x", "code": "CT-H41", "sentence": "x arrives empty."}
    other = {**empty, "feature": "z", "sentence": "z arrives empty."}
    cause = {"kind": "data_fault", "share": 0.9, "feature": "x", "features": ["x"], "code": "CT-H51"}
    cause |= {"parameters": {"fault": {"code": "CT-H41"}}, "sentence": "x arrives empty; it began then."}
    worse = {"code": "CT-H03", "parameters": {}, "sentence": "Worse, by x."}
    beside = {"code": "CT-H41", "parameters": {}, "sentence": "z arrives empty."}
    red = document(status="red", alerts=[empty, other], causes=[cause], findings=[worse, beside])
    fall, rest = conditions(red)
    assert (fall.kinds, fall.sentence, fall.severity) == (
        ("performance", "data_fault"),
        "Worse, by x.",
        "red",
    )
    assert fall.keys[-1] == "data_fault x CT-H41"
    assert (rest.kinds, rest.sentence) == (("data_fault",), "z arrives empty.")
    for unexplained in ({**cause, "share": -0.1}, {**cause, "kind": "mix"}):
        assert len(conditions({**red, "causes": [unexplained]})) == 3


@pytest.mark.parametrize(
    ("rule", "code", "kind"),
    [
        ("output_fault", "CT-H47", "data_fault"),
        ("rows", "CT-H91", "volume"),
        ("rows", "CT-H94", "freshness"),
        ("labels", "CT-H115", "labels"),
        ("guard", "CT-H175", "guard"),
    ],
)
def test_open_faults_are_conditions_and_closed_ones_are_none(rule, code, kind):
    alert = {**ENTRY, "rule": rule, "code": code, "sentence": "So it is."}
    [condition] = conditions(document(alerts=[alert]))
    assert (condition.kinds, condition.since) == ((kind,), "3")
    assert conditions(document(alerts=[{**alert, "closed": 4}])) == []


def estimated(value, low, high, *, reliable=True, **changes):
    guess = {"value": value, "low": low, "high": high, "reliable": reliable, "method": "scores"}
    chunk = {**health_document()["chunks"][-1], "estimated": {"accuracy": guess}}
    finding = {"code": "CT-H11", "parameters": {}, "sentence": f"Estimated at {value}."}
    reference = {"value": 0.9, "low": 0.88, "high": 0.92}
    facts = {"metric": "accuracy", "direction": "higher", "tolerance": 0.03, "reference": reference}
    return document(chunks=[chunk], status="amber", findings=[finding], **{**facts, **changes})


def test_an_estimate_opens_an_alert_only_beyond_the_tolerance_and_chance():
    [condition] = conditions(estimated(0.8, 0.78, 0.82))
    assert (condition.kinds, condition.sentence) == (("estimate",), "Estimated at 0.8.")
    assert conditions(estimated(0.8, 0.7, 0.9)) == []
    assert conditions(estimated(0.8, 0.78, 0.82, reliable=False)) == []
    assert conditions(estimated(0.8, 0.78, 0.82, tolerance=0.2)) == []
    assert conditions(estimated(0.98, 0.97, 0.99)) == []
    assert len(conditions(estimated(0.98, 0.97, 0.99, direction="lower"))) == 1


def test_data_are_new_when_rows_or_labels_came():
    one = document()
    more = {**one, "labels": {**one["labels"], "mature": one["labels"]["mature"] + 1}}
    assert newest_data(one) == newest_data(dict(one))
    assert newest_data(one) != newest_data(more)
