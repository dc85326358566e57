"""The record tells every decision in order, with who and what."""

import pytest

from core.errors import DataError
from core.services.deployment import promote
from core.services.experiments import compare
from core.services.operations import history
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
        "first", "answers", "revision", "holdout", "trial", "comparison", "promotion", "rollback",
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
