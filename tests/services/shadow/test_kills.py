"""Killed anywhere between a shadow, a promotion, its guard and the rollback, a home is consistent."""

import pytest

from core.jobs import client
from core.lake import prediction_cache
from core.services.deployment import guard, promote, timetable
from core.services.monitoring import monitor
from core.services.onboarding.adjust import adjust
from core.services.shadow import start, status, watch
from core.services.shadow.jobs import tell_health
from core.store import audit
from core.store.chain.verify import verify
from core.store.engine import reading
from core.store.experiments import deployments, shadows
from tests.services.deployment.compared import compared
from tests.services.retrain_world import NAME, Killed, dying, install, make
from tests.services.shadow.conftest import Follows, World
from tests.services.shadow.test_watch import set_spec

WRITES = (prediction_cache, "write")
STAGES = {
    "start": ((shadows, "start", 1),),
    "watch": (
        (shadows, "fix_basis", 1),
        (*WRITES, 1),
        (*WRITES, 1),
        (shadows, "record_look", 1),
        (watch, "_look", 1),
    ),
    "promote": ("before alias", "after alias", (shadows, "start_guard", 1), (promote, "_conclude", 1)),
    "guard": ((shadows, "lapse", 1), (shadows, "fix_basis", 1), (*WRITES, 1), (shadows, "record_look", 1)),
    "health": ((monitor, "refresh", 1),),
    "ask": ((client, "submit", 1),),
    "rollback": ("after alias", (promote, "_conclude", 1)),
}
"""Stage -> where its process is killed, one after the other: at the end of the n-th call, or at an act."""


class Journey:
    """A shadow of version 3, its promotion, the guard that asks, the rollback; a stage may be repeated."""

    def __init__(self, home, monkeypatch):
        ws, spec = make(home)
        registry = install(monkeypatch)
        registry.models |= {"2": Follows(1.0, a=2.0), "3": Follows(a=0.5, b=1.0)}
        self.world, self.ws, self.jobs = World(ws, spec, registry), ws, []
        set_spec(self.world, metric="accuracy")
        compared(ws, spec, "2")
        promote.promote(ws, NAME, "2", by="eve", reason="better in both shops")
        compared(ws, spec, "3", champion="2")
        adjust(ws, NAME, "eve", guard_rolls_back=True)
        self.world.spec = spec
        monkeypatch.setattr(client, "submit", self.submit)

    def submit(self, _settings, job, dedupe):
        """The line of jobs: one name at a time."""
        if dedupe not in dict(self.jobs):
            self.jobs.append((dedupe, job))

    def go(self, stage):
        """Do a stage, as a process that begins anew would."""
        promote.reconcile(self.ws)
        getattr(self, stage)()

    def start(self):
        """A person starts the shadow."""
        start.start(self.ws, NAME, "3", by="eve")

    def watch(self):
        """The worker looks."""
        watch.watch(self.ws, NAME)

    def promote(self):
        """A person promotes, if that has not been done."""
        if promote.champion(self.ws, NAME).version == "2":
            promote.promote(self.ws, NAME, "3", by="eve", reason="smaller than the other")

    def guard(self):
        """The worker looks again: the shadow has lapsed, the version before guards."""
        watch.watch(self.ws, NAME)

    def health(self):
        """Health is told."""
        tell_health(self.ws, NAME)

    def ask(self):
        """The timetable of a worker that has just begun."""
        timetable.submit_rollbacks(self.ws, set())

    def rollback(self):
        """The job that was put in line."""
        [(_, job)] = self.jobs
        if promote.champion(self.ws, NAME).version == job.replaces:
            promote.rollback(self.ws, NAME, by=job.by, reason=job.reason, replaces=job.replaces)

    def check(self):
        """What holds at any moment: of a change under way the alias alone may be ahead."""
        newest, alias = promote.newest(self.ws, NAME), self.world.registry.alias
        present = promote.champion(self.ws, NAME).version
        assert alias == present or (newest.state, newest.version, newest.previous) == (
            "intended",
            alias,
            present,
        )
        assert verify(self.ws.engine).faults == ()
        with reading(self.ws.engine) as session:
            running = [(row.role, row.version) for row in shadows.list_running(session, self.world.spec.id)]
            last = deployments.list_done(session, self.world.spec.id)[-1]
        assert len(running) == len(set(running))
        assert (status.guard(self.ws, NAME) is not None) == (last.kind == "promote")

    def summary(self):
        """What came of it, without moments and numbers of rows in tables."""
        health = monitor.health(self.ws, NAME)
        with reading(self.ws.engine) as session:
            changes = [
                (row.kind, row.state, row.version)
                for row in deployments.list_done(session, self.world.spec.id)
            ]
            actions = [
                row.action for row in audit.entries(session, self.world.spec.id, actions=shadows.ACTIONS)
            ]
        kept = ("role", "version", "champion", "state", "verdict", "sentence", "reason", "rows", "differing")
        views = [{name: view[name] for name in kept} for view in status.shadows(self.ws, NAME)]
        alerts = [alert["sentence"] for alert in health["alerts"] if alert["rule"] == "guard"]
        return changes, actions, views, alerts, self.jobs


def travel(journey, monkeypatch, stages):
    """The whole way, killed at every place of the stages."""
    monitor.refresh(journey.ws, NAME)
    for stage in STAGES:
        if stage == "watch":
            journey.world.deliver(60)
        if stage == "guard":
            journey.world.deliver(250)
        for place in stages.get(stage, ()):
            with monkeypatch.context() as patch:
                if isinstance(place, str):
                    patch.setattr(journey.world.registry, "dies", dying(place))
                else:
                    owner, name, number = place
                    patch.setattr(owner, name, die_after(getattr(owner, name), number))
                with pytest.raises(Killed):
                    journey.go(stage)
            journey.check()
        journey.go(stage)
        journey.check()
    return journey.summary()


def die_after(function, number):
    """The function; at the end of its n-th call all ends."""
    calls = []

    def call(*args, **more):
        done = function(*args, **more)
        calls.append(number)
        if len(calls) == number:
            raise Killed
        return done

    return call


def test_killed_at_every_place_of_the_way_it_ends_like_one_that_nobody_disturbed(tmp_path, monkeypatch):
    undisturbed = travel(Journey(tmp_path / "undisturbed", monkeypatch), monkeypatch, {})
    changes, _, views, alerts, jobs = undisturbed
    assert [version for *_, version in changes] == ["1", "2", "3", "2"]
    assert next(view["verdict"] for view in views if view["role"] == "guard") == "better"
    assert [alerts, [job.by for _, job in jobs]] == [[alerts[0]], [guard.BY]]
    assert sum(map(len, STAGES.values())) >= 15
    assert travel(Journey(tmp_path / "killed", monkeypatch), monkeypatch, STAGES) == undisturbed
