"""A refit learns from everything, is tested before it may be promoted, and proves nothing on the holdout."""

import numpy as np
import pytest

import core.registry.trials
from core.errors import PromotionRefused, RetrainError
from core.lake import prediction_cache
from core.services.deployment import promote
from core.services.experiments import comparison_inputs, refit, retrain
from core.services.experiments.jobs import Refit
from core.store.engine import reading, writing
from core.store.experiments import comparisons, deployments, holdouts, trials
from core.store.tables import Comparison
from tests.services.retrain_world import NAME, Killed, context, dying, install, make, run_retrain

REASON = "better in both towns"


@pytest.fixture
def promoted(tmp_path, monkeypatch):
    """Version 2, trained on the rows before the holdout, and promoted."""
    ws, spec = make(tmp_path / "home")
    registry = install(monkeypatch)
    monkeypatch.setattr(core.registry.trials, "log_trial", registry.log_trial)
    run_retrain(ws, tmp_path / "work", recipes=("logistic_regression",))
    with writing(ws.engine) as session:
        holdout = holdouts.latest(session, spec.id)
        new = Comparison(
            model_id=spec.id,
            holdout_id=holdout.id,
            champion="1",
            challenger="2",
            look=1,
            verdict="better",
            body={"gates": [], "sentence": "s"},
            created_by="eve",
        )
        comparisons.add(session, new)
    promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    return ws, spec, registry, tmp_path / "refit"


def run(ws, work):
    state = {}
    for step in (refit.fit_all, refit.register):
        state |= step(context(ws, work, Refit, step_state=dict(state)))
    return state


def trial_of(ws, spec, version):
    with reading(ws.engine) as session:
        return trials.by_version(session, spec.id, version)


def test_it_learns_from_the_holdout_too_with_the_same_parameters(promoted):
    ws, spec, registry, work = promoted
    assert refit.is_possible(ws, NAME)
    done = run(ws, work)
    assert (done["version"], done["refit_of"], done["passed"]) == ("3", "2", True)
    before, after = trial_of(ws, spec, "2"), trial_of(ws, spec, "3")
    with reading(ws.engine) as session:
        kept_apart = holdouts.get(session, before.holdout_id).rows
    assert after.params["rows"] == before.params["rows"] + kept_apart
    assert after.parent_version == "2"
    old, new = (registry.models[version][-1].get_params() for version in "23")
    assert old == new
    shown = refit.newest(ws, NAME)
    assert (shown.version, shown.passed, len(shown.gates)) == ("3", True, 2)


def test_a_refit_that_passed_takes_the_place_of_its_original_and_of_no_other(promoted):
    ws, _, registry, work = promoted
    run(ws, work)
    done = promote.promote(ws, NAME, "3", by="eve", reason="refit")
    assert (done.verdict, done.override, registry.alias) == ("refit", None, "3")
    assert not refit.is_possible(ws, NAME)
    with pytest.raises(RetrainError, match="is a refit already"):
        refit.fit_all(context(ws, work / "again", Refit))
    for _ in range(2):
        promote.rollback(ws, NAME, by="eve", reason=REASON)
    with pytest.raises(PromotionRefused, match="refit of version 2, which is not in production"):
        promote.promote(ws, NAME, "3", by="eve", reason="refit")


def test_a_refit_that_failed_a_test_is_never_promoted(promoted, monkeypatch):
    """Somebody shuffles the labels between the training and the refit."""
    ws, _, registry, work = promoted
    real = refit.load_all

    def shuffled(*args):
        data, recent = real(*args)
        rows = data.training.rows
        rows["_label"] = np.random.default_rng(0).permutation(rows["_label"])
        return data, recent

    monkeypatch.setattr(refit, "load_all", shuffled)
    assert not run(ws, work)["passed"]
    for override in (None, "other"):
        with pytest.raises(PromotionRefused, match="failed a test: not worse beyond chance"):
            promote.promote(ws, NAME, "3", by="eve", reason=REASON, override=override)
    assert registry.alias == "2"


def test_a_refit_is_no_challenger_and_its_holdout_predictions_are_of_models_that_did_not_see_it(promoted):
    ws, spec, registry, work = promoted
    run(ws, work)
    with reading(ws.engine) as session:
        tried = trials.list_scores(session, spec.id, spec.metric)
        live = deployments.champion(session, spec.id)
    assert comparison_inputs.finalist(spec, live.version, tried) is None
    assert list(retrain.leaderboard(ws, NAME)["refit_of"].dropna()) == ["2"]
    trial = trial_of(ws, spec, "3")
    assert not trial.params["leak"]["passed"]
    place = prediction_cache.path(ws.settings, spec, trial.holdout_id, "3")
    with reading(ws.engine) as session:
        ids = list(holdouts.labels(session, trial.holdout_id))
    stored = prediction_cache.read(place, spec, ids)
    assert stored is not None
    data, _ = refit.load_all(ws, spec, refit._freeze(ws, NAME, "eve")[-1], 10)
    own = registry.models["3"].predict_proba(data.X(data.holdout_rows))[:, 1]
    assert not np.allclose(stored["_score_1"], own)


@pytest.mark.parametrize("where", ["before log", "after log"])
def test_killed_while_it_is_registered_it_is_registered_once(promoted, where):
    ws, spec, registry, work = promoted
    state = refit.fit_all(context(ws, work, Refit))
    registry.dies = dying(where)
    with pytest.raises(Killed):
        refit.register(context(ws, work, Refit, step_state=state))
    registry.dies = lambda _where: None
    assert refit.fit_all(context(ws, work, Refit)) == state
    for _ in range(2):
        assert refit.register(context(ws, work, Refit, step_state=state))["version"] == "3"
    with reading(ws.engine) as session:
        assert [row.version for row in trials.list_trials(session, spec.id)] == ["2", "3"]


def test_the_same_again_is_looked_up(promoted):
    ws, _, _, work = promoted
    first, again = run(ws, work), run(ws, work / "again")
    assert (again["version"], again["reused"]) == (first["version"], True)


def test_a_version_that_no_experiment_made_cannot_be_refitted(tmp_path):
    ws, _ = make(tmp_path / "home", rows=450)
    assert not refit.is_possible(ws, NAME)
    with pytest.raises(RetrainError, match="no experiment"):
        refit.fit_all(context(ws, tmp_path, Refit))
