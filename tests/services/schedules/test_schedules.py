"""Broken here: what should be done at six is done twice, at seven, or never."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from core.access import LOCAL, Person
from core.cli.app import main
from core.errors import AccessError, BusyError, DataError
from core.jobs import client
from core.model import ModelSpec, Roles
from core.services.schedules import plan, runs
from core.services.schedules.cron import BadSchedule, newest_moment, next_moment
from core.settings import Settings
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.monitoring import schedules
from core.store.workspace import open_workspace

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def ws(tmp_path):
    opened = open_workspace(Settings(home=tmp_path))
    spec = ModelSpec(
        0, "m", "binary", "record", ("no", "yes"), Roles(label="y", id="id"), "m", "accuracy", 0.02, "day"
    )
    with writing(opened.engine) as session:
        models.add(session, spec)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def line(monkeypatch):
    """The jobs in line, as the job library takes them: an id once."""
    jobs = {}
    monkeypatch.setattr(client, "submit", lambda _s, job, *, job_id: jobs.setdefault(job_id, job))
    return jobs


def look(ws, moment):
    if runs.begin_due(ws, moment):
        runs.submit_waiting(ws)


def test_every_moment_is_run_once_and_at_its_time(ws, line):
    plan.set_schedule(ws, "m", "check", "*/10 * * * *", person=LOCAL, moment=NOON)
    moment, lengths = NOON, []
    while moment < NOON + HOUR:
        look(ws, moment)
        lengths.append(len(line))
        moment += timedelta(seconds=30)
    assert len(line) == 5
    assert [at / 2 for at in range(1, len(lengths)) if lengths[at] > lengths[at - 1]] == [10, 20, 30, 40, 50]
    [view] = plan.list_schedules(ws)
    assert (view.last_at, view.next_at) == (NOON + 50 * MINUTE, NOON + HOUR)
    assert {job.declaration.name for job in line.values()} == {"monitor"}


def test_what_was_missed_while_nobody_worked_is_run_once_and_that_is_said(ws, line):
    plan.set_schedule(ws, "m", "poll", "*/10 * * * *", person=LOCAL, moment=NOON)
    look(ws, NOON + 3 * HOUR + 4 * MINUTE)
    assert len(line) == 1
    [view] = plan.list_schedules(ws, "m")
    assert (view.last_at, view.missed_from) == (NOON + 3 * HOUR, NOON + 10 * MINUTE)
    assert "(for all missed since 2026-03-03 12:10 UTC), next 2026-03-03 15:10 UTC" in plan.describe(view)
    look(ws, NOON + 3 * HOUR + 10 * MINUTE)
    assert plan.list_schedules(ws)[0].missed_from is None


def test_killed_before_it_is_noted_the_run_goes_in_line_once(ws, line, monkeypatch):
    plan.set_schedule(ws, "m", "check", "0 * * * *", person=LOCAL, moment=NOON)
    runs.begin_due(ws, NOON + HOUR)
    with monkeypatch.context() as patch:
        patch.setattr(schedules, "note_in_line", lambda *_: (_ for _ in ()).throw(KeyError("killed")))
        with pytest.raises(KeyError):
            runs.submit_waiting(ws)
    assert len(line) == 1
    runs.submit_waiting(ws)
    assert len(line) == 1
    assert runs.submit_waiting(ws) == []


def test_while_the_job_library_is_away_the_run_waits(ws, monkeypatch, line):
    plan.set_schedule(ws, "m", "retrain", "0 13 * * *", person=LOCAL, moment=NOON)

    def refuse(*_, **__):
        raise BusyError("The worker has not started yet.", "Wait.")

    with monkeypatch.context() as patch:
        patch.setattr(client, "submit", refuse)
        with pytest.raises(BusyError):
            look(ws, NOON + HOUR)
    runs.submit_waiting(ws)
    assert [job.declaration.name for job in line.values()] == ["retrain"]


@pytest.mark.parametrize(
    ("cron", "zone", "words"),
    [
        ("60 * * * *", "UTC", "never comes due"),
        ("0 0 31 2 *", "UTC", "never comes due"),
        ("* * * * * *", "UTC", "has not five fields"),
        ("", "UTC", "has not five fields"),
        ("0 6 * * *", "Europe/Ulm", "no time zone 'Europe/Ulm'"),
        ("0 6 * * *", "../etc/passwd", "no time zone"),
    ],
)
def test_what_is_no_schedule_is_refused_with_an_example(ws, cron, zone, words):
    with pytest.raises(BadSchedule, match=words) as refused:
        plan.set_schedule(ws, "m", "check", cron, zone, person=LOCAL)
    assert "30 6 * * 1-5" in refused.value.hint or "Europe/Berlin" in refused.value.hint


def test_times_are_those_of_the_zone_also_when_clocks_change():
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert next_moment("30 2 * * *", "Europe/Berlin", spring) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert next_moment("0 6 * * *", "Europe/Berlin", spring) == datetime(2026, 3, 29, 4, tzinfo=UTC)
    late = datetime(2026, 3, 29, 3, 59, tzinfo=UTC)
    assert newest_moment("0 6 * * *", "Europe/Berlin", late, spring) == spring.replace(hour=12)
    assert newest_moment("0 6 * * *", "Europe/Berlin", late + MINUTE, spring) == late + MINUTE


def test_only_an_engineer_of_the_model_sets_it_and_it_stands_in_the_record(ws):
    expert = Person("ann", frozenset({"expert", "engineer:other"}))
    with pytest.raises(AccessError):
        plan.set_schedule(ws, "m", "check", "0 6 * * *", person=expert)
    with pytest.raises(DataError, match="no work 'clean'"):
        plan.set_schedule(ws, "m", "clean", "0 6 * * *", person=LOCAL)
    eve = Person("eve", frozenset({"engineer:m"}))
    for _ in range(2):
        plan.set_schedule(ws, "m", "check", "0 6 * * *", person=eve)
    plan.drop_schedule(ws, "m", "check", person=eve)
    with reading(ws.engine) as session:
        entries = audit.entries(session, 1, actions={schedules.CHANGED})
    assert [(row.person, row.body["after"]) for row in entries] == [("eve", None), ("eve", "0 6 * * *")]
    assert plan.list_schedules(ws) == []


def test_the_commands(ws, monkeypatch, capsys):
    monkeypatch.setenv("CARETAKER_HOME", str(ws.settings.home))
    assert main(["schedule", "m", "check", "30 6 * * 1-5", "--zone", "Europe/Berlin"]) == 0
    assert capsys.readouterr().out.startswith(
        "m: check the health at '30 6 * * 1-5' Europe/Berlin, never yet, next "
    )
    assert main(["schedules", "--format", "json"]) == 0
    [row] = json.loads(capsys.readouterr().out)["schedules"]
    assert (row["kind"], row["last_at"], row["created_by"]) == ("check", None, "local")
    assert main(["schedule", "m", "check", "soon"]) == 1
    assert "30 6 * * 1-5" in capsys.readouterr().err
    assert main(["schedule", "m", "check", "--off"]) == 0
    assert main(["schedules"]) == 0
    assert capsys.readouterr().err.endswith("Nothing is done by the calendar.\n")
