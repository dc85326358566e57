"""Policies of retraining on a log whose relation turns: what each would have come to, with a recipe."""

import pytest
from sklearn.base import clone

from core.errors import RetrainError
from core.services.dataset import features
from core.services.experiments.replay import policies
from core.services.experiments.replay.policies import compare_policies, latest
from core.training.recipes import build
from tests.services.retrain_world import NAME, Killed, add, make, table

FIRST, LAST = 300, 1300


@pytest.fixture(scope="module")
def turned(tmp_path_factory):
    """300 training rows and ten chunks, in the later five of which y is what it was not."""
    ws, spec = make(tmp_path_factory.mktemp("policies") / "home", rows=FIRST)
    log = table(LAST).iloc[FIRST:].reset_index(drop=True)
    other = log["_label"].map({"yes": "no", "no": "yes"})
    log["_label"] = log["_label"].where(log["_seq"] < 800, other)
    add(ws, spec, "predictions", log)
    return ws, spec, log, compare_policies(ws, NAME, by="eve")


def test_never_is_what_the_first_model_gets_wrong_counted_row_by_row(turned):
    _, spec, log, document = turned
    first = table(FIRST)
    X = features(spec, first)
    model = clone(build("logistic_regression", X, spec, 0)).fit(X, first["_label"].to_numpy(dtype=object))
    wrong = sum(a != b for a, b in zip(model.predict(features(spec, log)), log["_label"], strict=True))
    never = document["policies"][0]
    assert (never["policy"], never["total"], never["retrains"], never["labels"]) == ("never", wrong, 0, FIRST)


def test_policies_that_retrain_make_fewer_errors_after_the_relation_turned(turned):
    document = turned[3]
    never, every, alarm, _ = document["policies"]
    assert every["total"] < never["total"]
    assert alarm["total"] < never["total"]
    assert 0 < alarm["retrains"] < every["retrains"] == 9
    assert alarm["less"] == never["total"] - alarm["total"]
    assert document["rows"] == LAST - FIRST
    assert "errors" in document["sentence"]


def test_it_stands_in_the_record(turned):
    assert latest(turned[0], NAME) == turned[3]


def test_a_champion_without_a_recipe_is_refused(turned, monkeypatch):
    monkeypatch.setattr(policies, "RECIPES", {})
    with pytest.raises(RetrainError, match="no recipe"):
        compare_policies(turned[0], NAME, by="eve")


def test_a_worker_that_follows_one_that_died_fits_only_what_is_missing(turned, monkeypatch, tmp_path):
    """A folder of other rows says nothing, and a file that is not whole is made anew."""
    ws, fits = turned[0], []

    def counted(*args):
        fits.append(1)
        return build(*args)

    def die(*_):
        raise Killed

    monkeypatch.setattr(policies, "build", counted)
    undisturbed = compare_policies(ws, NAME, by="eve", work=tmp_path / "other")
    total = len(fits)
    with monkeypatch.context() as patch:
        patch.setattr(policies, "_entry", die)
        with pytest.raises(Killed):
            compare_policies(ws, NAME, by="eve", work=tmp_path)
    fits.clear()
    first = next(tmp_path.glob("policies-*/model-1-period-*.npz"))
    first.write_bytes(first.read_bytes()[:40])
    assert compare_policies(ws, NAME, by="eve", work=tmp_path) == undisturbed
    assert (len(fits), total > 1) == (1, True)
