"""Broken here: labels are replaced by a file, or are of no class, and nobody is told."""

import pandas as pd

from core.services.ingestion.ingest import ingest_frame
from core.services.ingestion.label_changes import describe
from core.services.operations import history
from tests.services.monitoring.test_monitor import connect, sales


def labels(frame, flipped, name):
    """The labels of rows, the first so many turned."""
    other = {"yes": "no", "no": "yes"}
    turned = frame.assign(y=[other[y] if at < flipped else y for at, y in enumerate(frame["y"])])
    return turned[["id", "y"]], name


def test_a_file_that_turns_labels_says_how_many_and_the_record_who_sent_it(ws):
    frame = sales(per_month=40)
    connect(ws, frame)
    rows = frame[frame["day"] > "2020-06-01"].head(50)
    taken = ingest_frame(ws, "shop", *labels(rows, 12, "turned.csv"), "labels", by="mallory")
    assert (taken.replaced, taken.changed, taken.unknown) == (50, 12, {})
    assert describe({"labelled": 50, "changed": 12}) == ["12 of 50 labels are others than before."]
    back = ingest_frame(ws, "shop", *labels(rows, 0, "back.csv"), "labels", by="eve")
    assert back.changed == 12
    told = history.timeline(ws, "shop")
    lines = told[told["kind"] == "labels replaced"]
    assert lines["person"].tolist() == ["mallory", "eve"]
    assert lines["sentence"].iloc[0] == "turned.csv gave 12 rows another label than before, of 50 labelled"


def test_the_same_labels_and_those_of_new_rows_change_nothing(ws):
    frame = sales(per_month=40)
    connect(ws, frame[frame["day"] < "2020-09-01"])
    new = ingest_frame(ws, "shop", frame[frame["day"] >= "2020-09-01"], "september.csv")
    assert (new.new, new.changed) == (40, 0)
    again = ingest_frame(ws, "shop", *labels(frame.tail(40), 0, "again.csv"), "labels")
    assert again.changed == 0
    late = pd.DataFrame({"id": ["x1", "x2"], "y": ["yes", "no"]})
    assert ingest_frame(ws, "shop", late, "early.csv", "labels").changed == 0


def test_labels_of_no_class_are_named_with_their_number(ws):
    frame = sales(per_month=40)
    connect(ws, frame)
    rows = frame.tail(30)[["id", "y"]].reset_index(drop=True)
    rows.loc[:2, "y"] = "paused"
    taken = ingest_frame(ws, "shop", rows, "typo.csv", "labels")
    assert taken.unknown == {"paused": 3}
    assert "'paused' (3). No number counts them" in " ".join(describe({"unknown": taken.unknown}))
