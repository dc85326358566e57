"""A revision names its labels: unchanged labels give the same one, whatever was clicked in between."""

import pytest

from core.errors import DataError
from core.services.annotation import revise
from core.services.experiments import retrain
from core.services.monitoring import monitor
from core.services.operations import export
from core.store.annotation import revisions
from core.store.engine import reading
from tests.services.retrain_world import NAME, add, make, make_numbers, settle, table


@pytest.fixture
def world(tmp_path):
    return make(tmp_path / "home")


def test_unchanged_labels_give_the_same_revision(world):
    ws, _ = world
    first = revise.cut(ws, NAME, "ann")
    again = revise.cut(ws, NAME, "bob")
    assert first == again
    assert (first.number, first.rows, first.corrections, first.created_by) == (1, 1100, 0, "ann")


def test_a_confirmed_label_changes_no_data(world):
    ws, spec = world
    first = revise.cut(ws, NAME, "ann")
    settle(ws, spec, {"r5": table(6)["_label"].iloc[5]})
    assert revise.cut(ws, NAME, "ann").id == first.id


def test_a_changed_label_makes_the_next_revision_and_taking_it_back_the_first_again(world):
    ws, spec = world
    first = revise.cut(ws, NAME, "ann")
    given = table(1100)["_label"].iloc[5]
    other = "no" if given == "yes" else "yes"
    settle(ws, spec, {"r5": other})
    second = revise.cut(ws, NAME, "ann")
    assert (second.number, second.corrections, second.event_seq) == (2, 1, 1)
    settle(ws, spec, {"r5": given})
    assert revise.cut(ws, NAME, "ann").id == first.id
    assert revise.latest(ws, NAME) == second


def test_new_rows_make_a_new_revision(world):
    ws, spec = world
    first = revise.cut(ws, NAME, "ann")
    more = table(50, seed=9).assign(_id=[f"n{n}" for n in range(50)], _seq=range(1100, 1150))
    add(ws, spec, "predictions", more.assign(_chunk="rows-000011"), "more")
    assert revise.cut(ws, NAME, "ann").number == first.number + 1


def test_numbers_that_experts_correct_are_texts_that_everyone_reads(tmp_path):
    """Written as numbers, the next retraining of a regression died of them."""
    ws, spec = make_numbers(tmp_path / "home")
    settle(ws, spec, {"r5": "181.25", "r6": "1e3", "r7": "0.1"})
    revision = revise.cut(ws, NAME, "ann")
    with reading(ws.engine) as session:
        assert revisions.corrections(session, revision.id) == {"r5": "181.25", "r6": "1000.0", "r7": "0.1"}
    assert retrain.plan(ws, NAME, ["ridge"], "ann")
    exported = export.table(ws, NAME, "revision").set_index("id")["label"]
    assert [float(exported[row]) for row in ("r5", "r6", "r7")] == [181.25, 1000, 0.1]
    assert monitor.refresh(ws, NAME)["model"] == NAME


def test_an_unknown_model_is_named(world):
    ws, _ = world
    with pytest.raises(DataError, match="no model 'x'"):
        revise.cut(ws, "x", "ann")
