"""Broken here: an alert that a page hides, or that somebody decides of who may not."""

import pytest

from core.access import Person
from core.services.alerts import read_findings, routes, views
from core.services.operations import history
from core.store.types import now
from pages._shared import page_context
from tests.pages.conftest import NAME


@pytest.fixture
def alerted(ws):
    assert read_findings.read_due(ws, now()) == [NAME]
    return ws


def test_an_alert_is_acknowledged_and_snoozed_on_health(alerted, visit):
    app = visit("health")
    assert not app.exception
    said = [line.value for line in app.markdown]
    [line] = [text for text in said if "Alert 1, since" in text]
    assert line.endswith("open.** The fall that is told above.")
    app.button(key="alert_1_Acknowledge").click().run()
    assert not app.exception
    assert any("acknowledged by local.**" in text.value for text in app.markdown)
    app.button(key="alert_1_Snooze 7 days").click().run()
    assert any("snoozed until" in text.value for text in app.markdown)
    lines = history.timeline(alerted, NAME)
    sentences = list(lines[lines["kind"] == "alert"]["sentence"])
    assert [" ".join(text.split()[:3]) for text in sentences] == [
        "Alert 1 opened:",
        "Alert 1 acknowledged:",
        "Alert 1 snoozed",
    ]


def test_who_only_reads_decides_nothing(alerted, visit, monkeypatch):
    reader = Person("sam", frozenset({"stakeholder"}))
    monkeypatch.setattr(page_context, "guard", lambda _role: reader)
    app = visit("health")
    assert any("Alert 1, since" in line.value for line in app.markdown)
    assert [button.label for button in app.button if "Acknowledge" in button.label] == []


def card(visit):
    app = visit("setup")
    app.session_state["open_set_alerts"] = True
    app.run()
    assert not app.exception
    return app


def test_without_a_destination_the_card_says_how_there_is_one(home, visit):
    assert any("CARETAKER_ALERT_DESTINATIONS" in block.value for block in card(visit).code)


def test_the_card_sets_a_route_and_sends_a_test(ws, visit, monkeypatch):
    monkeypatch.setenv("CARETAKER_ALERT_DESTINATIONS", '{"ops": "json://127.0.0.1:9/s3cret"}')
    app, key = card(visit), f"alerts_{NAME}_ops"
    app.toggle(key=f"{key}_on").set_value(True)
    app.multiselect(key=f"{key}_kinds").set_value(["performance"])
    app.radio(key=f"{key}_least").set_value("red")
    app.toggle(key=f"{key}_week").set_value(True)
    next(button for button in app.button if button.label == "Save ops").click()
    app.run()
    assert not app.exception
    assert routes.describe(routes.rules_of(ws, NAME)) == "ops (performance, from red on, weekly message)"
    next(button for button in app.button if button.label == "Send a test").click()
    app.run()
    assert not app.exception
    assert [one.title for one in views.list_messages(ws)] == ["Caretaker: test"]
    assert "s3cret" not in str(app)
    app.toggle(key=f"{key}_on").set_value(False)
    next(button for button in app.button if button.label == "Save ops").click()
    app.run()
    assert routes.rules_of(ws, NAME).routes == ()
