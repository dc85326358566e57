"""Broken here: rows with labels are asked about, what experts say is not learnt from, or health counts it."""

import numpy as np
import pytest

from core.errors import DataError
from core.services.annotation import annotate, revise
from core.services.dataset import rows
from core.services.label_errors.sampling import unlabelled
from core.services.monitoring import monitor
from core.services.operations import history
from core.store import models
from core.store.annotation import tasks
from core.store.engine import reading
from tests.services.label_errors.test_blind_sample import answer_all
from tests.services.monitoring.test_monitor import connect, sales

LATE = ("8", "9")
"""Months of which half of the rows have no label."""


def half_labelled():
    frame = sales(per_month=60)
    without = frame["id"].str.split("-").str[0].isin(LATE) & (np.arange(len(frame)) % 2 == 0)
    return frame.assign(y=frame["y"].where(~without, None)), set(frame["id"][without])


@pytest.fixture
def shop(ws):
    frame, without = half_labelled()
    connect(ws, frame)
    monitor.refresh(ws, "shop")
    return ws, frame.set_index("id"), without


def queue(ws):
    with reading(ws.engine) as session:
        model = models.spec(session, "shop").id
        return {task.row_id: task for task in tasks.of_rows(session, model, list(half_labelled()[0]["id"]))}


def test_the_least_sure_rows_without_a_label_are_asked_about(shop):
    ws, frame, without = shop
    assert unlabelled.ask(ws, "shop", "ada", 20) == 20
    asked = queue(ws)
    assert set(asked) <= without
    assert {(task.kind, task.given) for task in asked.values()} == {("unlabelled", None)}
    assert all(task.suggested == frame["said"][row] for row, task in asked.items())
    sure = (frame["p"] - 0.5).abs()
    first = min(asked, key=lambda row: asked[row].priority)
    assert sure[first] == sure[list(without)].min()
    assert sure[list(asked)].mean() < 0.75 * sure[list(without)].mean()
    [question] = annotate.lease(ws, annotate.open_desk(ws, "shop", "bob", "tab"), [], 1)
    assert question["given"] is None
    assert "the model is not sure" in question["reasons"][0]
    assert "Labels of 20 of 60 rows without one" in history.timeline(ws, "shop")["sentence"].str.cat()


def test_what_experts_say_is_learnt_from_and_health_is_as_before(shop):
    ws, frame, without = shop
    before = monitor.refresh(ws, "shop")
    unlabelled.ask(ws, "shop", "ada", 20)
    other = {"yes": "no", "no": "yes"}
    answer_all(ws, lambda row: other[frame["said"][row]])
    asked = set(queue(ws))
    now = rows(ws, monitor_spec(ws)).set_index("_id")["_label"]
    assert now[list(asked)].notna().all()
    assert now[list(without - asked)].isna().all()
    assert revise.cut(ws, "shop", "ada").corrections == len(asked)
    after = monitor.refresh(ws, "shop")
    assert after["labels"] == before["labels"]
    assert [chunk["realised"] for chunk in after["chunks"]] == [c["realised"] for c in before["chunks"]]


def test_nothing_is_asked_twice_and_at_the_end_it_is_said_so(shop):
    ws, _, without = shop
    assert unlabelled.ask(ws, "shop", "ada", 40) == 40
    assert unlabelled.ask(ws, "shop", "ada", 40) == 20
    assert set(queue(ws)) == without
    with pytest.raises(DataError, match="No row of shop waits for a label"):
        unlabelled.ask(ws, "shop", "ada", 40)


def monitor_spec(ws):
    with reading(ws.engine) as session:
        return models.spec(session, "shop")
