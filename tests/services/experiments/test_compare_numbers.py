"""Retraining and comparing a model of numbers: the same steps, errors instead of classes."""

import pytest

from core.services.experiments import compare, retrain
from core.store.annotation import tasks
from core.store.engine import reading
from tests.documents import errors_of
from tests.services.retrain_world import NAME, install, make_numbers, run_retrain, settle


@pytest.fixture
def world(tmp_path, monkeypatch):
    ws, spec = make_numbers(tmp_path / "home")
    registry = install(monkeypatch)
    state = run_retrain(ws, tmp_path / "work")
    yield ws, spec, registry, state
    ws.engine.dispose()


def test_a_better_challenger_of_numbers_is_found_and_explained(world):
    ws, _, _, state = world
    assert set(state["trials"][0]["cv"]) == {"mae", "rmse", "bias", "r2"}
    assert 3 < state["trials"][0]["cv"]["mae"]["value"] < 5
    body = compare.compare(ws, NAME, by="eve")
    assert errors_of("compare", body) == []
    assert errors_of("retrain", {key: state[key] for key in ("trials", "revision", "holdout")}) == []
    assert body["verdict"] == "better"
    assert body["metric"] == "mae"
    assert "Mean absolute error" in body["sentence"]
    found = body["corrected"]["mae"]
    assert found["difference"] == pytest.approx(found["champion"] - found["challenger"])
    assert 0 < found["low"] < found["difference"] < found["high"]
    assert body["margin"] == pytest.approx(0.01 * found["champion"])
    assert body["flips"]["fixed"] > body["flips"]["broken"]
    assert sum(body["flips"].values()) == body["holdout"]["rows"]
    assert {part["column"] for part in body["segments"]} == {"town"}
    assert all(gate["passed"] for gate in body["gates"]), body["gates"]
    assert compare.compare(ws, NAME, by="eve") == body


def test_rows_farthest_apart_are_asked_about_first_as_texts(world):
    ws, spec, _, _ = world
    body = compare.compare(ws, NAME, by="eve")
    sent = compare.send_disagreements(ws, NAME, by="eve")
    assert 0 < sent == body["disagreements"] < body["holdout"]["rows"]
    with reading(ws.engine) as session:
        asked = tasks.of_ids(session, spec.id, list(range(1, sent + 1)))
    assert all(float(task.given) for task in asked.values())
    settle(ws, spec, {task.row_id: "100" for task in list(asked.values())[:3]})
    again = compare.compare(ws, NAME, by="eve")
    assert again["reviewed"] == 3
    assert again["given"] == body["given"]
    assert again["corrected"] != body["corrected"]


def test_the_leaderboard_has_the_smallest_error_first(world, tmp_path):
    ws, _, _, _ = world
    run_retrain(ws, tmp_path / "more", recipes=["hist_gradient_boosting", "extra_trees"])
    values = retrain.leaderboard(ws, NAME)["value"].tolist()
    assert len(values) == 3
    assert values == sorted(values)
