"""The record tells every decision in order, with who and what."""

import pytest

from core.errors import DataError
from core.services.deployment import promote
from core.services.experiments import compare
from core.services.experiments.replay import policies, replay
from core.services.operations import history
from core.store import audit
from core.store.engine import writing
from tests.services.retrain_world import NAME, install, make, run_retrain, settle


def test_the_journey_of_a_model_in_order(tmp_path, monkeypatch):
    install(monkeypatch)
    ws, spec = make(tmp_path / "home")
    settle(ws, spec, {"r1": "yes", "r2": "no"})
    run_retrain(ws, tmp_path / "work")
    compare.compare(ws, NAME, by="eve")
    promote.promote(ws, NAME, "2", by="eve", reason="it learned the change")
    promote.rollback(ws, NAME, by="bob", reason="the site was slow")
    told = history.timeline(ws, NAME)
    assert told["kind"].tolist() == [
        "first", "answers", "revision", "holdout", "trial", "comparison", "promotion", "guard", "rollback",
    ]  # fmt: skip
    assert told["at"].is_monotonic_increasing
    assert told["sentence"].iloc[1] == "ann labelled 2 items"
    assert "it learned the change" in told["sentence"].iloc[6]
    assert told["person"].iloc[-1] == "bob"


def test_a_model_without_a_past_has_an_empty_record(tmp_path):
    ws, _ = make(tmp_path / "home")
    assert history.timeline(ws, NAME)["kind"].tolist() == ["first"]
    with pytest.raises(DataError):
        history.timeline(ws, "nobody")


def test_a_replay_and_a_comparison_of_policies_say_what_came_of_them(tmp_path):
    ws, spec = make(tmp_path / "home")
    with writing(ws.engine) as session:
        audit.add(session, spec.id, "eve", replay.ACTION, {"version": "2", "sentence": "4 fewer errors."})
        audit.add(session, spec.id, "bob", policies.ACTION, {"sentence": "Never is dearest."})
    lines = history.timeline(ws, NAME)[["kind", "sentence", "person"]].to_numpy().tolist()
    assert lines[1:] == [["replay", "4 fewer errors.", "eve"], ["replay", "Never is dearest.", "bob"]]
