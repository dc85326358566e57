"""Broken here: health depends on the order in which files happen to arrive."""

from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DuplicateBatch
from core.services.monitoring import monitor
from tests.services.deliveries import Delivery, bookings, connected, differences, monthly, send, state

DEMO = Path(__file__).parents[3] / "data" / "demo" / "demo_hotel_bookings.parquet"
HOMES = count()
START = "2016-08-01"
"""What came before is the reference period; the year after it comes in files, and holds the fall of 2017."""


@pytest.fixture(scope="module")
def log():
    frame = pd.read_parquet(DEMO)
    return bookings(frame.iloc[::10], "label")


def first(log):
    return log[log["arrival_date"] < START]


@pytest.fixture(scope="module")
def ordered(log, tmp_path_factory):
    """What one import in order gives, looked at once at the end."""
    sent, labels = monthly(log[log["arrival_date"] >= START])
    ws = connected(tmp_path_factory.mktemp("ordered"), first(log))
    send(ws, [*sent, *labels])
    yield sent, labels, state(ws)
    ws.engine.dispose()


def test_months_in_any_order_with_labels_before_or_after_them_give_the_same_health(log, ordered, tmp_path):
    """Three months come twice; the health is computed in between too, from what is there by then."""
    sent, labels, wanted = ordered
    rng = np.random.default_rng(3)
    mixed = [[*sent, *labels][at] for at in rng.permutation(len(sent) + len(labels))]
    ws = connected(tmp_path, first(log))
    for number, each in enumerate(mixed):
        send(ws, [each])
        if number == 15:
            monitor.refresh(ws, "hotel")
    for again in sent[:3]:
        with pytest.raises(DuplicateBatch):
            send(ws, [again])
    assert differences(state(ws), wanted) == []
    ws.engine.dispose()


def test_a_waiting_label_counts_when_its_row_comes(log, tmp_path):
    sent, labels = monthly(log[log["arrival_date"] >= START], 2)
    ws = connected(tmp_path, first(log))
    send(ws, labels)
    assert monitor.refresh(ws, "hotel")["labels"]["rows"] == len(first(log))
    send(ws, sent)
    found = monitor.refresh(ws, "hotel")["labels"]
    assert found["labelled"] == found["rows"] == len(first(log)) + sum(len(each.rows) for each in sent)
    ws.engine.dispose()


def pieces(log):
    """A few overlapping files, with labels in files that overlap them in another way."""
    sent, [labels] = monthly(log[log["arrival_date"] >= START], 3)
    again = Delivery("again", "predictions", pd.concat([sent[0].rows.tail(40), sent[1].rows.head(60)]))
    thirds = [Delivery(f"third {at}", "labels", labels.rows.iloc[at::3]) for at in range(3)]
    return [*sent, again, *thirds]


def after(log, folder, order, looks):
    """The state once the pieces came in this order, looked at in between, and a corrected file last."""
    sent = pieces(log)
    ws = connected(folder, first(log))
    for number, at in enumerate(order):
        send(ws, [sent[at]])
        if number in looks:
            monitor.refresh(ws, "hotel")
    send(ws, [Delivery("fixed", "predictions", sent[0].rows.head(50).assign(p=0.5))])
    made = state(ws)
    ws.engine.dispose()
    return made


@pytest.fixture(scope="module")
def undisturbed(log, tmp_path_factory):
    return after(log, tmp_path_factory.mktemp("undisturbed"), range(7), ())


@settings(max_examples=2)
@given(order=st.permutations(range(7)), looks=st.sets(st.integers(0, 6), max_size=2))
def test_any_interleaving_gives_the_same_health(log, undisturbed, tmp_path_factory, order, looks):
    """Also with a corrected file, which of course must come after what it corrects."""
    made = after(log, tmp_path_factory.mktemp(f"home{next(HOMES)}"), order, looks)
    assert differences(made, undisturbed) == []
