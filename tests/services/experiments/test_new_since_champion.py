"""What came since the champion learnt is counted from the stores, never guessed."""

from core.services.annotation import revise
from core.services.experiments import retrain
from core.services.experiments.new_since_champion import since
from tests.services.retrain_world import NAME, make, settle, table


def test_a_world_without_experiments(tmp_path):
    ws, spec = make(tmp_path / "home")
    found = since(ws, NAME)
    assert (found.version, found.learnt, found.known, found.open, found.holdout) == ("1", None, 0, 0, None)
    assert found.labelled == 300
    settle(ws, spec, {"r5": table(6)["_label"].iloc[5]})
    revise.cut(ws, NAME, "ann")
    assert since(ws, NAME).corrected == 0


def test_the_holdout_is_named_once_it_is_frozen(tmp_path):
    ws, _ = make(tmp_path / "home")
    retrain.plan(ws, NAME, ["logistic_regression"], "ann")
    kept = since(ws, NAME).holdout
    assert kept is not None
    assert kept[0] >= 200
