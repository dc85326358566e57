"""Broken here: a fall of which nobody is told, or everybody again and again."""

import json
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from core.access import LOCAL, Person
from core.api.routes import doors
from core.api.sign_in import SignIn
from core.cli.app import main
from core.errors import AccessError, BadSetting, DataError
from core.jobs import client
from core.services.alerts import decide, deliver, digest, read_findings, routes, timetable, views
from core.services.alerts.routes import NoDestination
from core.settings import PROJECT, Settings
from core.store import audit, models, retries
from core.store.alerts import records
from core.store.chain.verify import verify
from core.store.engine import reading
from tests.api.conftest import Client
from tests.documents import errors_of
from tests.services.alerts.conftest import EMPTY, NAME, START, write_finding

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DIE = """
import os, signal, sys
from core.services.alerts import deliver
from core.settings import Settings
from core.store.alerts import outbox
from core.store.workspace import open_workspace

outbox.conclude = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
deliver.send_due(open_workspace(Settings()), "ops")
"""


def told(ws):
    return [(one.kind, one.state, one.attempts) for one in reversed(views.list_messages(ws))]


def states(ws):
    return [one.state for one in views.list_alerts(ws, closed=True)]


def test_an_alert_reaches_the_place_once_and_closes_by_itself(ws, place, clock):
    routes.set_route(ws, NAME, "ops", person=LOCAL)
    write_finding(ws, 1, EMPTY)
    assert read_findings.read_due(ws, START) == [NAME]
    assert read_findings.read_due(ws, START) == []
    for _ in range(2):
        deliver.send_due(ws, "ops")
    [message] = place.messages
    assert message["title"] == "churn: alert"
    assert message["message"].startswith("x arrives empty in every row (0 % before).\nAlert 1 of churn.")
    assert message["header"] == message["caretaker_message"] == views.list_messages(ws)[0].uid
    for number in (2, 3):
        write_finding(ws, number)
        read_findings.read_due(ws, START + number * HOUR)
    assert states(ws) == ["closed"]
    deliver.send_due(ws, "ops")
    assert len(place.messages) == 1  # the end is told once it is sure
    clock.later(hours=28)
    deliver.send_due(ws, "ops")
    assert place.messages[1]["title"] == "churn: over"
    assert told(ws) == [("opened", "sent", 1), ("closed", "sent", 1)]
    assert verify(ws.engine).faults == ()


def test_what_flaps_is_told_once(ws, place, clock):
    """It goes and comes back each other day: one alert, one message, no end in between."""
    routes.set_route(ws, NAME, "ops", person=LOCAL)
    for number in range(1, 13):
        write_finding(ws, number, *([EMPTY] if number % 4 in {1, 2} else []))
        clock.moment = START + number * 6 * HOUR
        read_findings.read_due(ws, clock.moment)
        deliver.send_due(ws, "ops")
    assert [message["title"] for message in place.messages] == ["churn: alert"]
    assert len(views.list_alerts(ws, closed=True)) == 1


def test_a_place_that_refuses_for_ten_minutes_gets_it_afterwards_once(ws, place, clock):
    routes.set_route(ws, NAME, "ops", person=LOCAL)
    write_finding(ws, 1, EMPTY)
    read_findings.read_due(ws, clock.moment)
    place.code = 503
    until = clock.moment + timedelta(minutes=10)
    while clock.moment < until:
        deliver.send_due(ws, "ops")
        clock.later(seconds=2)
    [waiting] = views.list_messages(ws)
    assert (waiting.state, waiting.message) == ("waiting", "It answered HTTP 503.")
    assert waiting.attempts == 7
    place.code = 200
    while not place.messages:
        deliver.send_due(ws, "ops")
        clock.later(seconds=2)
    assert clock.moment - until <= timedelta(minutes=5, seconds=2)
    assert place.ids == [waiting.uid]
    assert told(ws) == [("opened", "sent", 8)]


def test_a_place_that_is_away_longer_than_a_day_is_given_up_and_that_is_said(ws, place, clock):
    routes.set_route(ws, NAME, "ops", person=LOCAL)
    write_finding(ws, 1, EMPTY)
    read_findings.read_due(ws, clock.moment)
    place.code, began = 503, clock.moment
    while views.list_messages(ws)[0].state == "waiting":
        clock.moment = views.list_messages(ws)[0].next_at
        deliver.send_due(ws, "ops")
    assert clock.moment - began > DAY
    assert told(ws) == [("opened", "failed", len(retries.PAUSES) + 1)]


def test_killed_between_sending_and_writing_it_down_it_is_sent_again_under_the_same_id(ws, place):
    routes.set_route(ws, NAME, "ops", person=LOCAL)
    write_finding(ws, 1, EMPTY)
    read_findings.read_due(ws, START)
    environment = {
        "CARETAKER_HOME": str(ws.settings.home),
        "CARETAKER_ALERT_DESTINATIONS": json.dumps(ws.settings.alert_destinations),
    }
    process = subprocess.run(
        [sys.executable, "-c", DIE], cwd=PROJECT, env=environment, capture_output=True, check=False
    )
    assert process.returncode == -signal.SIGKILL
    assert told(ws) == [("opened", "waiting", 0)]
    deliver.send_due(ws, "ops")
    deliver.send_due(ws, "ops")
    assert len(place.ids) == 2
    assert len(set(place.ids)) == 1
    assert told(ws) == [("opened", "sent", 1)]


def test_people_acknowledge_and_snooze_and_it_stands_in_the_record(ws, place):
    routes.set_route(ws, NAME, "ops", person=LOCAL)
    write_finding(ws, 1, EMPTY)
    read_findings.read_due(ws, START)
    eve = Person("eve", frozenset({"engineer"}))
    one = decide.acknowledge(ws, 1, person=eve)
    assert (one.state, one.model) == ("acknowledged", NAME)
    decide.acknowledge(ws, 1, person=eve)
    assert views.list_alerts(ws, NAME)[0].by == "eve"
    write_finding(ws, 2, EMPTY)
    read_findings.read_due(ws, START + DAY)
    assert states(ws) == ["acknowledged"]
    until = decide.snooze(ws, 1, 7, person=eve).until
    read_findings.read_due(ws, until + HOUR)
    assert (states(ws), [kind for kind, *_ in told(ws)]) == (["open"], ["opened", "reminded"])
    with reading(ws.engine) as session:
        events = [(event.action, event.person) for event in records.events_of(session, 1)]
    assert events == [
        ("opened", "Caretaker"),
        ("acknowledged", "eve"),
        ("snoozed", "eve"),
        ("reminded", "Caretaker"),
    ]
    with pytest.raises(AccessError):
        decide.acknowledge(ws, 1, person=Person("sam", frozenset({"stakeholder"})))
    with pytest.raises(DataError, match="no alert 9"):
        decide.acknowledge(ws, 9, person=eve)
    with pytest.raises(DataError, match="100 days"):
        decide.snooze(ws, 1, 100, person=eve)


def test_a_route_takes_its_kinds_and_severities_only(ws, place):
    routes.set_route(ws, NAME, "ops", person=LOCAL, kinds=("performance",), least="red")
    write_finding(ws, 1, EMPTY)
    read_findings.read_due(ws, START)
    assert told(ws) == []
    worse = {"code": "CT-H03", "parameters": {}, "sentence": "It got worse <!here>."}
    write_finding(ws, 2, EMPTY, status="red", findings=[worse])
    read_findings.read_due(ws, START)
    deliver.send_due(ws, "ops")
    [message] = place.messages
    assert message["type"] == "failure"
    assert "It got worse ‹!here›." in message["message"]
    assert "What to do: " in message["message"]
    with reading(ws.engine) as session:
        spec = models.spec(session, NAME)
        [entry] = audit.entries(session, spec.id, actions={records.RULES_CHANGED})
    assert entry.body["sentence"] == "ops (performance, from red on)"
    with pytest.raises(NoDestination, match="no destination 'slack'"):
        routes.set_route(ws, NAME, "slack", person=LOCAL)
    with pytest.raises(DataError, match="no kind of alert 'fall'"):
        routes.set_route(ws, NAME, "ops", person=LOCAL, kinds=("fall",))
    assert routes.drop_route(ws, NAME, "ops", person=LOCAL).routes == ()


def test_a_finding_of_an_older_caretaker_waits_for_the_new_one(ws):
    write_finding(ws, 1, EMPTY, format=3)
    assert read_findings.read_due(ws, START) == []
    assert states(ws) == []


def test_a_week_has_one_message_with_a_line_for_each_model(ws, place):
    routes.set_route(ws, NAME, "ops", person=LOCAL, digest=True)
    write_finding(ws, 1)
    assert digest.put_due(ws, START) == ["ops"]
    assert digest.put_due(ws, START + 5 * DAY) == []
    assert digest.put_due(ws, START + 7 * DAY) == ["ops"]
    deliver.send_due(ws, "ops")
    assert [message["title"] for message in place.messages] == [
        "Models in the week of 2 Mar 2026",
        "Models in the week of 9 Mar 2026",
    ]
    first = place.messages[0]["message"].splitlines()[0]
    assert first.startswith("churn: healthy. ")
    assert "95 % interval" in first


def test_the_timetable_puts_one_job_in_line_for_each_place(ws, monkeypatch):
    put = []
    monkeypatch.setattr(client, "submit", lambda _s, job, **_: put.append(job.destination))
    monkeypatch.setattr(client, "forget", lambda *_, **__: 0)
    routes.set_route(ws, NAME, "ops", person=LOCAL)
    write_finding(ws, 1, EMPTY)
    look = timetable.make_look()
    look(ws)
    look(ws)
    assert put == ["ops"]


@pytest.fixture
def command(ws, monkeypatch, capsys):
    monkeypatch.setenv("CARETAKER_HOME", str(ws.settings.home))
    monkeypatch.setenv("CARETAKER_ALERT_DESTINATIONS", json.dumps(ws.settings.alert_destinations))

    def run(*words):
        code = main(["alerts", *words])
        return code, capsys.readouterr()

    return run


def test_the_commands(ws, place, command):
    assert command("list")[1].err == "No alert is open.\n"
    assert command("sent")[1].err == "Nothing was sent yet.\n"
    assert command("test", "ops")[1].out == "ops took it.\n"
    assert place.messages[0]["title"] == "Caretaker: test"
    code, output = command("route", NAME, "ops", "--kind", "data_fault", "--digest")
    assert (code, output.out) == (0, "Alerts of churn go to: ops (data fault, weekly message).\n")
    write_finding(ws, 1, EMPTY)
    read_findings.read_due(ws, START)
    assert command("list", NAME)[1].out.startswith("1 churn, amber, open: x arrives empty")
    assert command("ack", "1", "--by", "eve")[1].out == "Alert 1 of churn is acknowledged.\n"
    assert "acknowledged by eve" in command("list")[1].out
    assert command("snooze", "1", "--days", "2")[1].out.startswith("Alert 1 of churn is snoozed until ")
    [listed] = json.loads(command("list", "--format", "json")[1].out)["alerts"]
    assert (listed["model"], listed["state"], listed["kinds"]) == (NAME, "snoozed", ["data_fault"])
    place.code = 503
    code, output = command("test", "ops")
    assert (code, output.out) == (1, "ops has not taken it yet. It answered HTTP 503.\n")
    out = command("sent")[1].out
    assert "ops: Caretaker: test - waiting, 1 try" in out
    assert "s3cret" not in out
    assert len(json.loads(command("sent", "--format", "json")[1].out)["messages"]) == 3
    assert command("test", "slack")[0] == 1


def test_programs_read_the_alerts_of_their_model(ws):
    write_finding(ws, 1, EMPTY)
    read_findings.read_due(ws, START)
    programs = Client(doors(lambda: ws), "localhost")
    document = programs.get(f"/api/v1/models/{NAME}/alerts").json()
    assert errors_of("alerts", document) == []
    assert [(one["id"], one["state"], one["by"]) for one in document["alerts"]] == [(1, "open", None)]
    assert programs.get("/api/v1/models/none/alerts").status_code == 404
    assert (
        Client(doors(lambda: ws, "", SignIn(lambda: True)), "localhost")
        .get(f"/api/v1/models/{NAME}/alerts")
        .status_code
        == 401
    )


def test_a_setting_that_is_no_address_is_refused_without_printing_it():
    with pytest.raises(BadSetting, match="the address of ops is no Apprise URL") as refused:
        Settings(alert_destinations={"ops": "hooks.example/s3cret"})
    assert "s3cret" not in str(refused.value) + refused.value.hint
