"""The queue keeps one task for each row and never raises an answered row again."""

import pytest

from core.model import ModelSpec, Roles
from core.settings import Settings
from core.store import models
from core.store.annotation import tasks
from core.store.annotation.tasks import NewTask
from core.store.engine import reading, writing
from core.store.tables import LabelTask
from core.store.workspace import open_workspace


@pytest.fixture
def ws(tmp_path):
    return open_workspace(Settings(home=tmp_path))


@pytest.fixture
def model_id(ws):
    spec = ModelSpec(0, "m", "binary", "record", ("no", "yes"), Roles("y"), "m", "roc_auc", 0.02, "month")
    with writing(ws.engine) as session:
        return models.add(session, spec).id


def test_a_row_is_queued_once(ws, model_id):
    with writing(ws.engine) as session:
        assert tasks.create(session, model_id, [NewTask("a", 1.0), NewTask("b", 2.0), NewTask("a", 3.0)]) == 2
        assert tasks.create(session, model_id, [NewTask("b", 2.0), NewTask("c", 3.0)]) == 1
    with reading(ws.engine) as session:
        assert tasks.counts(session, model_id) == {"open": 3}


def test_thousands_of_rows_fit(ws, model_id):
    with writing(ws.engine) as session:
        assert tasks.create(session, model_id, [NewTask(str(n), n) for n in range(1200)]) == 1200
        assert tasks.create(session, model_id, [NewTask(str(n), n) for n in range(1201)]) == 1


def test_withdrawn_items_can_be_queued_again_and_settled_ones_cannot(ws, model_id):
    with writing(ws.engine) as session:
        tasks.create(session, model_id, [NewTask("a", 1.0), NewTask("b", 2.0)])
        assert tasks.withdraw(session, model_id, ["a"]) == 1
        task = tasks.of_rows(session, model_id, ["b"])[0]
        task.state = "settled"
        session.add(task)
    with writing(ws.engine) as session:
        assert tasks.states(session, model_id) == {"a": "withdrawn", "b": "settled"}
        assert tasks.create(session, model_id, [NewTask("a", 5.0, given="no"), NewTask("b", 5.0)]) == 1
        assert [(t.state, t.given) for t in tasks.of_rows(session, model_id, ["a"])] == [("open", "no")]
        assert isinstance(tasks.of_rows(session, model_id, ["b"])[0], LabelTask)
