"""Broken here: what is trained or refitted as the champion learns from other rows than the champion did.

Versions are put into production as a search would have made them, which costs no search.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.base import clone

import core.registry.trials
from core.errors import RetrainError
from core.services.experiments import refit, register_trial, retrain, row_facts, train_steps, trial_data
from core.services.experiments.jobs import Refit
from core.services.experiments.recipes.titles import AS_CHAMPION
from core.services.experiments.replay import policies
from core.services.experiments.search import champion_again
from core.services.experiments.search.candidate import Candidate
from core.store.annotation import suspects
from core.store.engine import reading, writing
from core.store.experiments import trials
from core.store.tables import Trial
from core.training.comparison.policies import RULES
from core.training.search.blend import vote
from core.training.treatments.treatment import Treatment
from tests.services.retrain_world import NAME, context, install, make, run_retrain, settle, table
from tests.services.trend_world import promote_better

RECIPE = "logistic_regression"
QUARTER = Treatment("newest", 0.25)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Version 2, trained on all rows before the holdout, is in production; one home for all."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("rows")
        ws, spec = make(folder / "home", rows=700)
        registry = install(patch)
        patch.setattr(core.registry.trials, "log_trial", registry.log_trial)
        run_retrain(ws, folder / "work", recipes=(RECIPE,), folds=False)
        promote_better(ws, spec, "2")
        plain = registry.models["2"]
        yield SimpleNamespace(ws=ws, spec=spec, models=registry.models, plain=plain, folder=folder)


def found(world, treatment):
    """As if a search had found version 2 with these rows."""
    _made_by(world, Candidate(RECIPE, treatment=treatment))
    world.models["2"] = world.plain


def stacked(world, *treatments, weights=(0.25, 0.75)):
    """As if a search had made version 2 of members with these rows."""
    of = {}
    for treatment, weight in zip(treatments, weights, strict=True):
        search = {**Candidate(RECIPE, treatment=treatment).to_json(), "on": "data"}
        mark = f"{treatment} {len(of)}"
        row = Trial(model_id=world.spec.id, fingerprint=mark, recipe=RECIPE, created_by="eve")
        row.params = {"search": search}
        with writing(world.ws.engine) as session:
            trials.start(session, row)
        of[mark] = weight
    _made_by(world, Candidate("stack", {"of": of}, stage="stack"))
    world.models["2"] = vote([world.plain] * len(of), list(weights), numbers=False)


def _made_by(world, candidate):
    with writing(world.ws.engine) as session:
        row = trials.by_version(session, world.spec.id, "2")
        row.recipe = candidate.recipe
        row.params = {**row.params, "search": {**candidate.to_json(), "on": "data"}}
        session.add(row)


def frozen(world):
    """What the newest trial has learnt from."""
    with reading(world.ws.engine) as session:
        row = [one for one in trials.list_trials(session, world.spec.id) if one.revision_id][-1]
    return trial_data.Frozen(row.revision_id, row.holdout_id, 99, trial_data.labels_known_at(world.spec))


def training(world):
    """The rows before the holdout, which all come in order of time."""
    return trial_data.load(world.ws, world.spec, frozen(world))


def by_hand(world, rows, places, data=None):
    """The champion's pipeline on some of the rows."""
    X = (data or training(world)).X(rows).iloc[places]
    return clone(world.plain).fit(X, rows["_label"].to_numpy(dtype=object)[places])


def score(model, data):
    return model.predict_proba(data.X(data.holdout_rows))[:, 1]


def run_refit(world, work):
    done = {}
    for step in (refit.fit_all, refit.register):
        done |= step(context(world.ws, world.folder / work, Refit, step_state=dict(done)))
    return done


def test_trained_as_the_champion_it_is_the_model_of_the_newest_rows_of_now(world):
    found(world, QUARTER)
    made = run_retrain(world.ws, world.folder / "again")
    [trial] = made["trials"]
    assert made["problems"] == []
    assert trial["repeats"] == "Logistic regression, the newest 25 % of the rows"
    data = training(world)
    rows = data.training.rows
    newest = np.arange(len(rows) - len(rows) // 4, len(rows))
    again = world.models[trial["version"]]
    assert np.allclose(score(again, data), score(by_hand(world, rows, newest), data))
    # the same again is looked up; another share is another experiment
    [plan] = retrain.plan(world.ws, NAME, [AS_CHAMPION], "eve")
    assert plan.tried.version == trial["version"]
    assert champion_again.again(world.ws, world.spec, plan.tried).treatments(rows).by_member == (QUARTER,)
    found(world, Treatment("newest", 0.5))
    [other] = retrain.plan(world.ws, NAME, [AS_CHAMPION], "eve")
    found(world, Treatment("decay", 0.5))
    [third] = retrain.plan(world.ws, NAME, [AS_CHAMPION], "eve")
    [whole] = retrain.plan(world.ws, NAME, [RECIPE], "eve")
    assert len({plan.fingerprint, other.fingerprint, third.fingerprint, whole.fingerprint}) == 4
    assert other.tried is third.tried is None


def test_it_learns_from_what_experts_have_settled_by_the_time_it_begins(world):
    given = table(700)["_label"]
    settle(world.ws, world.spec, {f"r{k}": given[k] for k in range(0, 400, 5)})
    found(world, Treatment("corrected_only"))
    state = train_steps.prepare(context(world.ws, world.folder / "again", folds=False))
    [first] = retrain.plan(world.ws, NAME, [AS_CHAMPION], "eve")
    # an expert goes on while it trains: that is for the next one
    settle(world.ws, world.spec, {f"r{k}": given[k] for k in range(1, 400, 5)})
    for step in (train_steps.fit, register_trial.register):
        ctx = context(world.ws, world.folder / "again", step_state=dict(state), folds=False)
        state |= step(ctx)
    [trial] = state["trials"]
    data = training(world)
    rows = data.training.rows
    places = np.flatnonzero(rows["_id"].isin([f"r{k}" for k in range(0, 400, 5)]))
    assert np.allclose(score(world.models[trial["version"]], data), score(by_hand(world, rows, places), data))
    [then] = retrain.plan(world.ws, NAME, [AS_CHAMPION], "eve")
    assert then.fingerprint != first.fingerprint


def test_only_what_a_scan_suspects_is_left_out(world):
    """A scan keeps every row that it has looked at."""
    same = {"given": "no", "suggested": "yes", "p_error": 0.5, "impact": 0.0, "reasons": [], "detail": {}}
    looked = [{**same, "row_id": f"r{k}", "rank": k, "flagged": k < 20} for k in range(100)]
    with writing(world.ws.engine) as session:
        suspects.add(session, world.spec.id, "f", {}, looked)
    settle(world.ws, world.spec, {"r0": table(700)["_label"][0]})
    known = row_facts.known_labels(world.ws, world.spec)
    assert known.suspected == {f"r{k}" for k in range(20)} - known.settled
    assert "r0" in known.settled
    assert row_facts.KnownLabels.from_json(known.to_json()) == known
    assert known.of(["r2", "r0", "r99"]).to_numpy().tolist() == [[True, False], [False, True], [False, False]]


def test_a_stack_is_trained_again_each_member_on_rows_of_its_own(world):
    stacked(world, QUARTER, Treatment())
    [trial] = run_retrain(world.ws, world.folder / "again", folds=False)["trials"]
    assert trial["repeats"] == ("Logistic regression, the newest 25 % of the rows; Logistic regression")
    data = training(world)
    rows = data.training.rows
    n = len(rows)
    hands = [by_hand(world, rows, np.arange(first, n)) for first in (n - n // 4, 0)]
    expected = 0.25 * score(hands[0], data) + 0.75 * score(hands[1], data)
    assert np.allclose(score(world.models[trial["version"]], data), expected)


def test_a_refit_repeats_the_window_over_all_labels_and_is_tested_as_any(world):
    found(world, Treatment("newest", 0.5))
    assert refit.is_possible(world.ws, NAME)
    done = run_refit(world, "window")
    assert [gate["name"] for gate in done["gates"]] == ["not worse beyond chance", "agrees as a refit does"]
    data, _ = trial_data.load_all(world.ws, world.spec, frozen(world), 10)
    rows = data.training.rows
    hand = by_hand(world, rows, np.arange(len(rows) - len(rows) // 2, len(rows)), data=data)
    assert np.allclose(score(world.models[done["version"]], data), score(hand, data))


def test_a_refit_of_a_stack_refits_every_member_and_keeps_the_weights(world):
    stacked(world, Treatment(), Treatment("newest", 0.5))
    done = run_refit(world, "stack")
    data, _ = trial_data.load_all(world.ws, world.spec, frozen(world), 10)
    rows = data.training.rows
    n = len(rows)
    hands = [by_hand(world, rows, np.arange(first, n), data=data) for first in (0, n - n // 2)]
    expected = 0.25 * score(hands[0], data) + 0.75 * score(hands[1], data)
    made = world.models[done["version"]]
    assert np.allclose(score(made, data), expected)
    assert list(made.weights) == [0.25, 0.75]


def test_a_refit_that_nobody_could_do_honestly_is_refused_by_name(world):
    stacked(world, Treatment(), Treatment())
    world.models["2"] = vote([world.plain] * 2, [0.5, 0.5], numbers=False)
    with pytest.raises(RetrainError, match="are not those of its experiments"):
        run_refit(world, "other members")
    with writing(world.ws.engine) as session:
        session.delete(trials.find(session, world.spec.id, f"{Treatment()} 1"))
    assert not refit.is_possible(world.ws, NAME)
    with pytest.raises(RetrainError, match="experiments of its stack are gone"):
        run_refit(world, "gone members")


def test_policies_fit_the_rows_that_it_would_have_learnt_from(world):
    found(world, Treatment("newest", 0.5))
    past = policies._read_past(world.ws, NAME, RULES)
    past.ask(2, 2)
    rows = past.training_rows(2)
    n = len(rows)
    hand = by_hand(world, rows, np.arange(n - n // 2, n))
    data = training(world)
    assert np.allclose(score(past.fitted[2], data), score(hand, data))
