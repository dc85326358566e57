"""Revisions, trials, holdouts, comparisons and deployments: entered once, found again."""

import pytest
from sqlalchemy.exc import IntegrityError

from core.model import ModelSpec, Roles
from core.settings import Settings
from core.store import audit, models
from core.store.annotation import revisions
from core.store.engine import reading, writing
from core.store.experiments import comparisons, deployments, holdouts, trials
from core.store.tables import Comparison, Deployment, Holdout, Revision, Trial
from core.store.workspace import open_workspace


@pytest.fixture
def engine(tmp_path):
    ws = open_workspace(Settings(home=tmp_path))
    spec = ModelSpec(0, "m", "binary", "record", ("a", "b"), Roles("y"), "m", "accuracy", 0.02, "month")
    with writing(ws.engine) as session:
        models.add(session, spec)
    yield ws.engine
    ws.engine.dispose()


LABELS = {"r2": "yes", "r1": "no", "r3": 0.1, "r4": 1e300}
"""In a frozen order that is not the one of the keys; of classes and of numbers."""


def freeze(session, keys="k"):
    return holdouts.add(session, Holdout(model_id=1, number=0, keys_hash=keys, first="a", last="b"), LABELS)


def trial(fingerprint="f", **changes):
    plain = {"model_id": 1, "fingerprint": fingerprint, "recipe": "r", "status": "running", "created_by": "x"}
    return Trial(**(plain | changes))


def test_a_holdout_is_frozen_once_and_numbered(engine):
    with writing(engine) as session:
        first = freeze(session)
        assert freeze(session).id == first.id
        second = freeze(session, "other")
        assert (first.number, second.number) == (1, 2)
        assert set(session.exec(holdouts.rows_apart(1)).all()) == set(LABELS)
        assert session.exec(holdouts.rows_apart(99)).all() == []


def test_the_labels_of_a_holdout_come_back_in_the_frozen_order(engine):
    """A comparison draws its samples in this order: another one would give another interval."""
    with writing(engine) as session:
        frozen = freeze(session)
        assert frozen.rows == len(LABELS)
        assert list(holdouts.labels(session, frozen.id).items()) == list(LABELS.items())


def test_each_challenger_costs_one_look(engine):
    with writing(engine) as session:
        frozen = freeze(session)
        numbers = [holdouts.look(session, frozen.id, version).look for version in ("2", "3", "2", "3", "4")]
        assert numbers == [1, 2, 1, 2, 3]
        levels = [look.alpha for look in holdouts.looks(session, frozen.id)]
        assert levels == sorted(levels, reverse=True)


def test_a_revision_is_found_by_its_content(engine):
    def revision(content):
        return Revision(model_id=1, number=0, content_hash=content, event_seq=0, rows=1, created_by="x")

    with writing(engine) as session:
        numbers = [revisions.add(session, revision(content), {"r1": content}).number for content in "aba"]
        assert numbers == [1, 2, 1]
        newest = revisions.latest(session, 1)
        assert (newest.content_hash, newest.corrected) == ("b", 1)
        assert [revisions.corrections(session, number) for number in (1, 2)] == [{"r1": "a"}, {"r1": "b"}]


def test_the_fingerprint_is_the_guard(engine):
    with writing(engine) as session:
        first = trials.start(session, trial(job_id="one"))
        again = trials.start(session, trial(job_id="two"))
        assert (again.id, again.job_id) == (first.id, "two")
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.add(trial())


def test_a_trained_trial_stays_as_it_is(engine):
    result = {"cv": {"accuracy": {"value": 0.9}}, "params": {"seed": 0}, "seconds": 1.0}
    with writing(engine) as session:
        row = trials.start(session, trial())
        trials.finish(session, row.id, run_id="r1", version="2", **result)
        trials.finish(session, row.id, run_id="r2", version="3", **result)
        trials.close(session, row.id, "failed", "late")
        assert trials.start(session, trial(job_id="new")).status == "trained"
    with reading(engine) as session:
        stored = trials.by_version(session, 1, "2")
        assert (stored.run_id, stored.status, stored.error) == ("r1", "trained", None)
        assert trials.list_running(session) == []


def test_a_failed_trial_may_be_tried_again(engine):
    with writing(engine) as session:
        row = trials.start(session, trial())
        trials.close(session, row.id, "failed", "no luck")
        assert trials.start(session, trial()).error is None


def test_the_same_comparison_is_stored_once(engine):
    def comparison(verdict):
        body = {"verdict": verdict}
        plain = {"model_id": 1, "holdout_id": 1, "champion": "1", "challenger": "2", "look": 1}
        return Comparison(**plain, verdict=verdict, body=body, created_by="x")

    with writing(engine) as session:
        freeze(session)
        ids = [comparisons.add(session, comparison(v)).id for v in ("better", "better", "worse")]
        assert ids == [1, 1, 2]
        assert comparisons.latest(session, 1, "2").verdict == "worse"
        assert comparisons.latest(session, 1, "3") is None


def test_only_what_was_done_is_in_production(engine):
    def intent(version):
        return Deployment(model_id=1, kind="promote", state="", version=version, reason="r", person="x")

    with writing(engine) as session:
        first = deployments.record_first(session, 1, "1", person="x")
        assert deployments.record_first(session, 1, "9", person="x").id == first.id
        done, refused, left = (deployments.intend(session, intent(v)) for v in "234")
        deployments.conclude(session, done.id, "done")
        deployments.conclude(session, refused.id, "refused")
        deployments.conclude(session, refused.id, "done")
        assert deployments.champion(session, 1).version == "2"
        assert [row.id for row in deployments.list_intended(session)] == [left.id]
        assert [row.version for row in deployments.list_done(session, 1)] == ["1", "2"]
        assert len(deployments.list_concluded(session, 1)) == 3


def test_the_audit_trail_keeps_the_order(engine):
    with writing(engine) as session:
        for action in ("one", "two"):
            audit.add(session, 1, "x", action, {"n": action})
    with reading(engine) as session:
        assert [entry.action for entry in audit.entries(session, 1)] == ["two", "one"]
