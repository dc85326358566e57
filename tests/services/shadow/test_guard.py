"""After a promotion the version before predicts beside the new one, and says when it is better after all."""

from dataclasses import replace

import pytest

from core.jobs import client
from core.services.deployment import guard, promote, timetable
from core.services.monitoring import monitor
from core.services.onboarding.adjust import adjust
from core.services.operations import history
from core.services.shadow import start, status, watch
from core.services.shadow.jobs import tell_health
from core.store.engine import reading
from core.store.experiments import deployments, shadows
from tests.services.deployment.compared import compared
from tests.services.retrain_world import NAME
from tests.services.shadow.test_watch import set_spec


@pytest.fixture
def swapped(world):
    """Version 3, no better than the one in production, took the place of a good version 2."""
    set_spec(world, metric="accuracy")
    compared(world.ws, world.spec, "2")
    promote.promote(world.ws, NAME, "2", by="eve", reason="better")
    compared(world.ws, world.spec, "3", champion="2")
    promote.promote(world.ws, NAME, "3", by="eve", reason="smaller")
    return world


def test_a_promotion_begins_a_guard_by_the_version_before_and_ends_the_last_one(swapped):
    document = status.guard(swapped.ws, NAME)
    assert (document["champion"], document["version"], document["state"]) == ("3", "2", "running")
    watch.watch(swapped.ws, NAME)
    with reading(swapped.ws.engine) as session:
        states = [(row.version, row.state) for row in shadows.list_shadows(session, swapped.spec.id)]
    assert states == [("1", "lapsed"), ("2", "running")]


def test_it_asks_for_a_rollback_where_the_version_before_is_better_and_nothing_happens_by_itself(swapped):
    swapped.deliver(250)
    watch.watch(swapped.ws, NAME)
    assert status.guard(swapped.ws, NAME)["verdict"] == "better"
    assert guard.rollbacks_due(swapped.ws) == []
    assert promote.champion(swapped.ws, NAME).version == "3"


def test_only_a_model_that_says_so_is_rolled_back_by_its_guard_and_once(swapped, monkeypatch):
    adjust(swapped.ws, NAME, "eve", guard_rolls_back=True)
    swapped.spec = replace(swapped.spec, guard_rolls_back=True)
    jobs, guards = [], set()
    monkeypatch.setattr(client, "submit", lambda _settings, job, dedupe: jobs.append((job, dedupe)))
    assert timetable.submit_rollbacks(swapped.ws, guards) == []
    swapped.deliver(250)
    watch.watch(swapped.ws, NAME)
    assert timetable.submit_rollbacks(swapped.ws, guards) == [NAME]
    assert timetable.submit_rollbacks(swapped.ws, guards) == []
    [(job, _)] = jobs
    assert (job.replaces, job.by) == ("3", guard.BY)
    promote.rollback(swapped.ws, NAME, by=job.by, reason=job.reason, replaces=job.replaces)
    assert promote.champion(swapped.ws, NAME).version == "2"
    assert guard.rollbacks_due(swapped.ws) == []
    assert status.guard(swapped.ws, NAME) is None


def test_a_version_that_holds_is_not_asked_about(swapped):
    swapped.registry.models["2"] = swapped.registry.models["3"]
    swapped.deliver(300)
    watch.watch(swapped.ws, NAME)
    assert status.guard(swapped.ws, NAME)["verdict"] == "open"


def test_rows_that_the_version_before_still_predicted_do_not_count(swapped):
    """Programs take the new version over some minutes later: those rows say nothing of it."""
    with reading(swapped.ws.engine) as session:
        assert deployments.champion(session, swapped.spec.id).version == "3"
    swapped.deliver(40, version="2")
    watch.watch(swapped.ws, NAME)
    document = status.guard(swapped.ws, NAME)
    assert (document["rows"], document["waiting"]) == (0, 40)


def test_health_has_an_open_alert_as_soon_as_the_guard_asks_and_none_after_the_rollback(swapped):
    monitor.refresh(swapped.ws, NAME)
    swapped.deliver(250)
    monitor.refresh(swapped.ws, NAME)
    tell_health(swapped.ws, NAME)
    assert [alert for alert in monitor.health(swapped.ws, NAME)["alerts"] if alert["rule"] == "guard"] == []
    watch.watch(swapped.ws, NAME)
    tell_health(swapped.ws, NAME)
    document = monitor.health(swapped.ws, NAME)
    [alert] = [alert for alert in document["alerts"] if alert["rule"] == "guard"]
    asked = status.guard(swapped.ws, NAME)
    assert {name: alert[name] for name in asked["finding"]} == asked["finding"]
    assert (alert["code"], alert["closed"]) == ("CT-H175", None)
    assert asked["sentence"] in alert["sentence"]
    assert document["summary"]["open_alerts"] >= 1
    promote.rollback(swapped.ws, NAME, by="eve", reason="the guard asked for it")
    after = monitor.refresh(swapped.ws, NAME)
    assert not any(alert["rule"] == "guard" for alert in after["alerts"])


def test_history_says_of_guards_and_shadows_when_they_began_and_why_they_ended(swapped):
    start.start(swapped.ws, NAME, "1", by="ann")
    start.end(swapped.ws, NAME, "1", by="ann", reason="too slow")
    swapped.deliver(250)
    watch.watch(swapped.ws, NAME)
    table = history.timeline(swapped.ws, NAME)
    lines = {kind: list(table.loc[table["kind"] == kind, "sentence"]) for kind in ("guard", "shadow")}
    asked = status.guard(swapped.ws, NAME)["sentence"]
    assert lines["shadow"] == [
        "Version 1 predicts what comes beside version 3",
        "Version 1 predicts no longer beside version 3: too slow",
    ]
    ending = "predicts no longer beside version 2: Version 2 is no longer in production."
    assert lines["guard"][1:] == [
        "Version 2, the one before, predicts what comes beside version 3",
        f"Version 1, the one before, {ending}",
        f"Shown of version 2 beside version 3: {asked}",
    ]
