"""Broken here: a stack of experiments that differ in rows, columns or trend cannot be made or asked."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.registry import files
from core.services import dataset
from core.services.experiments.search import finalists, search_steps, stack
from core.services.experiments.search.candidate import Candidate
from core.services.experiments.search.stack import Stack
from core.stats.metrics import METRICS
from core.stats.predictions import Predictions
from core.stats.together.dependence import INDEPENDENT
from core.store import models
from core.store.engine import reading
from core.store.experiments import trials
from core.training.search import blend
from core.training.treatments.treatment import Treatment
from tests.services.retrain_world import NAME, install, make, make_numbers, run_search


@pytest.fixture
def registry(monkeypatch):
    return install(monkeypatch)


def stacked(monkeypatch):
    """A stack that hears all experiments alike and is kept whatever it comes to, beside one finalist."""
    made = []

    def kept(board):
        made.append(stack.choose(board))
        return made[-1]

    monkeypatch.setattr(search_steps, "_known_of_health", lambda *_: (["inside"], []))
    monkeypatch.setattr(finalists, "choose_stack", kept)
    monkeypatch.setattr(finalists, "helps", lambda *_: True)
    monkeypatch.setattr(finalists, "shortlist", lambda *_args, **_options: [0])
    monkeypatch.setattr(Candidate, "may_be_best", lambda _one, _effect: True)
    monkeypatch.setattr(blend, "weights", lambda members, *_: np.full(len(members), 1 / len(members)))
    return made


def members_of(ws, work, made: Stack):
    names = [work / f"trial-{result.trial}" / "model.skops" for result, _ in made.members]
    return [files.read(ws.settings, name) for name in names]


def test_members_beside_a_trend_on_other_rows_and_of_other_columns_are_one_model(
    tmp_path, registry, monkeypatch
):
    ws, spec = make_numbers(tmp_path / "home", growth=0.5)
    made, work = stacked(monkeypatch), tmp_path / "work"
    recipes = ("ridge", "nearest_neighbours")
    state = run_search(ws, work, monkeypatch, most=6, parts=("features", "data"), recipes=recipes)
    heard = [result.candidate for result, _ in made[0].members]
    assert {one.kind for each in heard for one in each.features} >= {"trend"}
    assert state["trials"][0]["recipe"] == "stack"
    model = registry.models[state["trials"][0]["version"]]
    assert "at" in model.feature_names_in_
    X = dataset.features(spec, dataset.rows(ws, spec, part="log"), model)
    alone = [one.predict(X) for one in members_of(ws, work, made[0])]
    assert np.allclose(model.predict(X), np.mean(alone, axis=0))
    # a member that is no finalist is fitted for the stack alone and is no version
    with reading(ws.engine) as session:
        rows = {row.id: row for row in trials.list_trials(session, models.spec(session, NAME).id)}
    inside = {result.trial for result, _ in made[0].members}
    assert any(rows[trial].version is None for trial in inside)


def test_probabilities_of_a_stack_are_the_mean_of_its_members(tmp_path, registry, monkeypatch):
    ws, spec = make(tmp_path / "home")
    made, work = stacked(monkeypatch), tmp_path / "work"
    recipes = ("logistic_regression", "nearest_neighbours")
    state = run_search(ws, work, monkeypatch, most=6, parts=("models", "features", "data"), recipes=recipes)
    kinds = {result.candidate.treatment.kind for result, _ in made[0].members}
    assert len(kinds) > 1
    model = registry.models[state["trials"][0]["version"]]
    X = dataset.features(spec, dataset.rows(ws, spec, part="log"), model)
    alone = [one.predict_proba(X) for one in members_of(ws, work, made[0])]
    assert np.allclose(model.predict_proba(X), np.mean(alone, axis=0))


def test_rows_without_a_class_make_no_member():
    y = pd.Series(["rare"] + ["no", "yes"] * 50)
    facts = pd.DataFrame({"suspect": False, "expert": False}, index=y.index)
    data = SimpleNamespace(spec=SimpleNamespace(classes=("no", "rare", "yes")), facts=facts, rows=y, y=y)
    results = [
        SimpleNamespace(candidate=SimpleNamespace(treatment=one))
        for one in (Treatment(), Treatment("newest", 0.5))
    ]
    assert [stack.knows_every_class(data, result) for result in results] == [True, False]


@pytest.mark.parametrize(
    ("scores", "helpful"),
    [
        # a little more sure of the same order: less is lost, the metric is as good
        ((1.0, 2.0), True),
        ((2.0, 1.0), False),
        # less is lost, but by the metric it is worse beyond chance
        ((0.1, -0.05), False),
    ],
)
def test_a_stack_is_kept_where_it_loses_less_and_is_no_worse(scores, helpful):
    truth = np.arange(400) % 2
    signal = 2 * truth - 1 + np.random.default_rng(0).normal(scale=0.5, size=400)
    first, made = (scored(one * signal) for one in scores)
    data = SimpleNamespace(truth=truth, metric=METRICS["roc_auc"], together=INDEPENDENT)
    if scores[1] < 0:
        first = scored(40 * np.where(np.arange(400) < 20, -signal, signal))
    plain = SimpleNamespace(scored=True, merit=0.0)
    board = SimpleNamespace(data=data, predictions=lambda _name: first, result_of=lambda _one: plain)
    result, kept = SimpleNamespace(fingerprint="f"), Stack((), made, {})
    assert stack.helps(board, kept, result, None) is helpful
    # the champion's recipe was chosen by no score: a stack has to reach it
    board.result_of = lambda _one: SimpleNamespace(scored=True, merit=1.0)
    assert not stack.helps(board, kept, result, None)
    board.result_of, board.predictions = lambda _one: plain, lambda _name: None
    assert not stack.helps(board, kept, result, None)


def scored(logit):
    score = 1 / (1 + np.exp(-logit))
    return Predictions.from_outputs(np.column_stack([1 - score, score]))
