"""Two processes that change the same model at the same moment: nothing of either is lost."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread

import pytest

from core.model import ModelSpec, Roles
from core.services.annotation import revise
from core.services.onboarding.adjust import adjust
from core.services.onboarding.new_class import add_class
from core.settings import Settings
from core.store import audit, models
from core.store.annotation import revisions
from core.store.engine import reading, writing
from core.store.experiments import holdouts
from core.store.experiments.champion_lock import hold_champion
from core.store.tables import Holdout
from core.store.workspace import open_workspace

NAME = "m"
PATIENCE_SECONDS = 1.0
"""A lock lets one of the two come to the meeting alone: it goes on after this."""


@pytest.fixture(params=["sqlite", "postgres"])
def world(request, tmp_path):
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres")
    ws = open_workspace(Settings(home=tmp_path / "home", database_url=url))
    roles, classes = Roles("y"), ("no", "yes")
    plain = ModelSpec(0, NAME, "multiclass", "record", classes, roles, NAME, "accuracy", 0.02, "month")
    with writing(ws.engine) as session:
        spec = models.add(session, plain)
    yield ws, spec
    ws.engine.dispose()


@pytest.fixture
def meet(monkeypatch):
    """Let those who call a function wait for each other there, having read and not yet written."""

    def wait_at(module, name):
        meeting, plain = Barrier(2), getattr(module, name)

        def wait(*args, **named):
            result = plain(*args, **named)
            with suppress(BrokenBarrierError):
                meeting.wait(PATIENCE_SECONDS)
            return result

        monkeypatch.setattr(module, name, wait)

    return wait_at


def at_once(*calls):
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def test_two_cuts_of_different_labels_are_two_revisions_with_their_own(world, meet):
    ws, spec = world
    meet(revisions, "latest")
    one, two = at_once(
        *(
            lambda mine=mine: revise._store(ws, spec, mine, f"hash of {mine}", 0, 2, "ann")
            for mine in ({"r1": "yes"}, {"r1": "no", "r2": "no"})
        )
    )
    assert sorted((one.number, two.number)) == [1, 2]
    with reading(ws.engine) as session:
        assert revisions.corrections(session, one.id) == {"r1": "yes"}
        assert revisions.corrections(session, two.id) == {"r1": "no", "r2": "no"}


def test_two_cuts_of_the_same_labels_are_one_revision_and_one_line_of_the_record(world, meet):
    ws, spec = world
    meet(revisions, "latest")
    one, two = at_once(*[lambda: revise._store(ws, spec, {"r1": "yes"}, "h", 0, 2, "ann")] * 2)
    assert one == two
    with reading(ws.engine) as session:
        assert [entry.action for entry in audit.entries(session, spec.id)] == ["revision"]


def test_two_that_freeze_the_same_rows_get_one_holdout(world, meet):
    ws, spec = world
    meet(holdouts, "latest")

    def freeze():
        new = Holdout(model_id=spec.id, number=0, keys_hash="k", first="a", last="b")
        with writing(ws.engine) as session:
            return holdouts.add(session, new, {"r1": "yes", "r2": "no"}).id

    one, two = at_once(freeze, freeze)
    assert one == two
    with reading(ws.engine) as session:
        assert holdouts.labels(session, one) == {"r1": "yes", "r2": "no"}


def test_two_looks_at_once_pay_one_after_the_other(world, meet):
    ws, spec = world
    with writing(ws.engine) as session:
        new = Holdout(model_id=spec.id, number=0, keys_hash="k", first="a", last="b")
        frozen = holdouts.add(session, new, {"r1": "yes"}).id
    meet(holdouts, "looks")

    def look(challenger):
        with writing(ws.engine) as session:
            return holdouts.look(session, frozen, challenger).look

    assert sorted(at_once(lambda: look("2"), lambda: look("3"))) == [1, 2]
    with reading(ws.engine) as session:
        assert [entry.alpha for entry in holdouts.looks(session, frozen)] == [
            holdouts.alpha(1),
            holdouts.alpha(2),
        ]


def test_two_settings_that_are_changed_at_once_are_both_changed(world, meet):
    ws, _ = world
    meet(models, "spec")
    at_once(
        lambda: adjust(ws, NAME, "ann", tolerance=0.3),
        lambda: adjust(ws, NAME, "bob", guideline="look twice"),
    )
    with reading(ws.engine) as session:
        (stored,) = models.specs(session)
    assert (stored.tolerance, stored.guideline) == (0.3, "look twice")


def test_a_class_and_a_setting_that_are_changed_at_once_are_both_changed(world, meet):
    ws, _ = world
    meet(models, "spec")
    at_once(lambda: adjust(ws, NAME, "ann", tolerance=0.3), lambda: add_class(ws, NAME, "maybe", by="bob"))
    with reading(ws.engine) as session:
        (stored,) = models.specs(session)
    assert (stored.tolerance, stored.classes) == (0.3, ("no", "yes", "maybe"))


def test_two_machines_do_not_change_one_champion_at_once(postgres, tmp_path):
    """What one machine is about to confirm the other, with files of its own, would take for a crash."""
    one, two = (open_workspace(Settings(home=tmp_path / name, database_url=postgres)) for name in "ab")
    order = []

    def change():
        with hold_champion(two, 1):
            order.append("two")

    with hold_champion(one, 1):
        other = Thread(target=change)
        other.start()
        with hold_champion(one, 2):  # another model does not wait
            other.join(PATIENCE_SECONDS / 3)
        order.append("one")
    other.join()
    for ws in (one, two):
        ws.engine.dispose()
    assert order == ["one", "two"]
