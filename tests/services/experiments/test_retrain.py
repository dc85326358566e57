"""A retraining is the same experiment however often it is killed, and no experiment is made twice."""

import shutil

import pytest

from core.errors import RetrainError
from core.services.experiments import register_trial, retrain, train_steps, trial_files
from core.store import models
from core.store.engine import reading, writing
from core.store.experiments import holdouts, trials
from core.store.tables import Trial
from tests.services.retrain_world import (
    NAME,
    Killed,
    context,
    dying,
    install,
    make,
    run_retrain,
    settle,
    table,
)


@pytest.fixture
def registry(monkeypatch):
    return install(monkeypatch)


@pytest.fixture
def world(tmp_path):
    return make(tmp_path / "home")


def rows_of(ws):
    with reading(ws.engine) as session:
        return trials.list_trials(session, models.spec(session, NAME).id)


def test_a_retraining_ends_in_a_version_and_a_row(world, registry, tmp_path):
    ws, _ = world
    made = run_retrain(ws, tmp_path / "work")
    trial = made["trials"][0]
    assert (trial["status"], trial["version"], trial["recipe"]) == ("trained", "2", "logistic_regression")
    assert trial["cv"]["roc_auc"]["low"] < trial["cv"]["roc_auc"]["value"] < trial["cv"]["roc_auc"]["high"]
    assert made["holdout"] == {"rows": 200, "from": "row 0000000900", "to": "row 0000001099", "number": 1}
    board = retrain.leaderboard(ws, NAME)
    assert board.loc[0, ["version", "revision", "parent"]].tolist() == ["2", 1, "1"]


def test_a_board_without_any_number_can_be_drawn(world):
    """The first retraining is under way, or it failed: pages read the board all the same."""
    ws, spec = world
    with writing(ws.engine) as session:
        for status in ("running", "failed"):
            session.add(
                Trial(model_id=spec.id, fingerprint=status, recipe="ridge", status=status, created_by="eve")
            )
    assert retrain.leaderboard(ws, NAME)["status"].tolist() == ["running", "failed"]


def test_the_same_experiment_is_reused_and_nothing_is_fitted(world, registry, tmp_path, monkeypatch):
    ws, _ = world
    first = run_retrain(ws, tmp_path / "one")
    monkeypatch.setattr(train_steps, "load", None)
    again = run_retrain(ws, tmp_path / "two")
    assert again["trials"][0] == first["trials"][0] | {"status": "reused"}
    assert len(rows_of(ws)) == 1
    plan = retrain.plan(ws, NAME, ["logistic_regression", "extra_trees"], "eve")
    assert [p.tried.version if p.tried else None for p in plan] == ["2", None]


def test_without_folds_there_is_one_fit_and_a_trial_that_had_them_is_known(
    world, registry, tmp_path, monkeypatch
):
    from core.training import fit as fitting

    ws, _ = world
    fits = []
    real = fitting.fit_each
    monkeypatch.setattr(fitting, "fit_each", lambda *given: fits.append(1) or real(*given))
    once = run_retrain(ws, tmp_path / "one", folds=False)
    assert (len(fits), once["trials"][0]["cv"], once["trials"][0]["version"]) == (1, {}, "2")
    assert run_retrain(ws, tmp_path / "two", folds=False)["trials"][0]["status"] == "reused"
    both = run_retrain(ws, tmp_path / "three")
    assert (len(fits), both["trials"][0]["version"]) == (7, "3")
    assert run_retrain(ws, tmp_path / "four", folds=False)["trials"][0]["version"] == "3"


def test_labels_corrected_in_training_make_a_new_experiment_those_in_the_holdout_do_not(
    world, registry, tmp_path
):
    ws, spec = world
    before = retrain.plan(ws, NAME, ["logistic_regression"], "eve")[0].fingerprint
    flipped = {"no": "yes", "yes": "no"}
    given = table(1100)["_label"]
    settle(ws, spec, {"r1000": flipped[given[1000]]})
    assert retrain.plan(ws, NAME, ["logistic_regression"], "eve")[0].fingerprint == before
    settle(ws, spec, {"r10": flipped[given[10]]})
    assert retrain.plan(ws, NAME, ["logistic_regression"], "eve")[0].fingerprint != before


def kill_at(monkeypatch, target, name, when, call):
    real = getattr(target, name)
    seen = {"calls": 0}

    def dying(*args, **kwargs):
        seen["calls"] += 1
        if when == "before" and seen["calls"] == call:
            raise Killed
        result = real(*args, **kwargs)
        if when == "after" and seen["calls"] == call:
            raise Killed
        return result

    monkeypatch.setattr(target, name, dying)


POINTS = [
    (train_steps.retrain, "plan_trials"),
    (train_steps.trials, "start"),
    (train_steps, "load"),
    (train_steps, "_fit_one"),
    (trial_files.files, "save"),
    (train_steps, "write_document"),
    (register_trial, "_record"),
    (register_trial.prediction_cache, "write"),
    (register_trial.trials, "finish"),
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", POINTS, ids=lambda point: point[1])
def test_killed_anywhere_the_rerun_ends_with_the_same_row_and_one_run(world, registry, tmp_path, point, when):
    ws, _ = world
    with pytest.MonkeyPatch.context() as patch:
        kill_at(patch, *point, when, 1)
        with pytest.raises(Killed):
            run_retrain(ws, tmp_path / "work")
    made = run_retrain(ws, tmp_path / "work")
    assert [row.status for row in rows_of(ws)] == ["trained"]
    assert len(registry.runs) == 1
    assert made["trials"][0]["version"] == "2"


@pytest.mark.parametrize("where", ["before log", "after log"])
def test_killed_while_logging_there_is_one_run(world, registry, tmp_path, where):
    ws, _ = world
    registry.dies = dying(where)
    with pytest.raises(Killed):
        run_retrain(ws, tmp_path / "work")
    registry.dies = lambda _where: None
    shutil.rmtree(tmp_path / "work")
    run_retrain(ws, tmp_path / "work")
    assert [row.version for row in rows_of(ws)] == ["2"]
    assert list(registry.models) == ["2"]


def test_a_recipe_that_fails_does_not_stop_the_others(world, registry, tmp_path, monkeypatch):
    ws, _ = world
    real = train_steps._fit_one

    def fit_one(folder, data, made, report, **options):
        if "ExtraTrees" in repr(made.pipeline):
            raise RetrainError("The forest burned.", "Plant another.")
        return real(folder, data, made, report, **options)

    monkeypatch.setattr(train_steps, "_fit_one", fit_one)
    made = run_retrain(ws, tmp_path / "work", recipes=["extra_trees", "logistic_regression"])
    assert [trial["status"] for trial in made["trials"]] == ["failed", "trained"]
    assert "burned" in made["trials"][0]["error"]
    with pytest.raises(RetrainError, match="No recipe"):
        run_retrain(ws, tmp_path / "other", recipes=["extra_trees"])


def test_the_budget_leaves_the_later_recipes_untried(world, registry, tmp_path):
    ws, _ = world
    wanted = ["logistic_regression", "extra_trees"]
    made = run_retrain(ws, tmp_path / "work", recipes=wanted, minutes=1e-9)
    assert [trial["status"] for trial in made["trials"]] == ["trained", "failed"]


def test_a_cancelled_retraining_can_be_started_again(world, registry, tmp_path):
    from core.jobs.spec import Cancelled

    ws, _ = world
    state = train_steps.prepare(context(ws, tmp_path / "w"))

    def stop(_fraction, _message):
        raise Cancelled

    ctx = context(ws, tmp_path / "w", step_state=state)
    object.__setattr__(ctx, "progress", stop)
    with pytest.raises(Cancelled):
        train_steps.fit(ctx)
    assert [row.status for row in rows_of(ws)] == ["cancelled"]
    assert run_retrain(ws, tmp_path / "w")["trials"][0]["status"] == "trained"


def test_trials_of_dead_jobs_are_closed(world, registry, tmp_path):
    ws, _ = world
    train_steps.prepare(context(ws, tmp_path / "w"))
    assert retrain.reconcile(ws, {"job-1"}) == 0
    assert retrain.reconcile(ws, set()) == 1
    assert rows_of(ws)[0].status == "failed"


def test_enough_new_rows_freeze_a_fresh_holdout(world, registry):
    from tests.services.retrain_world import add

    ws, spec = world
    retrain.plan(ws, NAME, [], "eve")
    more = table(250, seed=9).assign(_id=[f"n{n}" for n in range(250)], _seq=range(1100, 1350))
    add(ws, spec, "predictions", more.assign(_chunk="rows-000011"), "more")
    retrain.plan(ws, NAME, [], "eve")
    with reading(ws.engine) as session:
        both = holdouts.list_holdouts(session, spec.id)
        rows_in_use = set(session.exec(holdouts.rows_apart(spec.id)).all())
    assert [holdout.number for holdout in both] == [1, 2]
    assert rows_in_use == {f"n{n}" for n in range(250)}
    assert both[1].rows == 250


def test_without_a_log_the_newest_training_rows_judge(tmp_path, registry):
    ws, _ = make(tmp_path / "home", rows=500, trained=500)
    made = run_retrain(ws, tmp_path / "work")
    assert made["holdout"]["rows"] == 200
    assert rows_of(ws)[0].params["rows"] == 300


def test_an_unknown_recipe_is_refused_before_anything_is_entered(world, registry, tmp_path):
    ws, _ = world
    with pytest.raises(RetrainError, match="magic"):
        run_retrain(ws, tmp_path / "work", recipes=["magic"])
    assert rows_of(ws) == []
