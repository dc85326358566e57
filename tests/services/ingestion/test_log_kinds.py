"""Broken here: a log of another form (no scores, no predictions, odd class names) is misread or blocks."""

from base64 import b64encode
from dataclasses import replace
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.errors import DataError
from core.services.dataset import rows
from core.services.ingestion.ingest import ingest, ingest_frame
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.new_class import add_class
from core.services.onboarding.plan import ConnectRequest, plan
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table

LOG = ConnectRequest("m", RequestedRoles(label="y", id="id", time="day", prediction="said"), chunk="month")


def sales(months=6, n=150, seed=0, classes=("no", "yes")):
    rng = np.random.default_rng(seed)
    days = [pd.Timestamp(2020, 1 + i // n, 1 + i % 28) for i in range(months * n)]
    truth = rng.choice(len(classes), months * n, p=[0.8, 0.2] if len(classes) == 2 else None)
    right = rng.random(months * n) < 0.85
    said = np.where(right, truth, (truth + 1) % len(classes))
    names = np.array(classes, dtype=object)
    return pd.DataFrame(
        {
            "id": [f"r{i}" for i in range(months * n)],
            "day": days,
            "x": rng.normal(size=months * n) + truth,
            "said": names[said],
            "y": names[truth],
        }
    )


def connect(ws, frame, **changes):
    return connect_table(ws, replace(LOG, **changes), Table(frame, "log.parquet"))


def test_predictions_alone_are_judged_by_right_and_wrong(ws):
    made = plan(LOG, Table(sales(), "log.parquet"))
    assert made.spec.metric == "balanced_accuracy"
    assert any("predictions without scores" in reason for reason in made.reasons)
    connect(ws, sales())
    document = monitor.refresh(ws, "m")
    chunk = document["chunks"][-1]
    assert set(chunk["realised"]) == {"accuracy", "balanced_accuracy", "f1", "precision", "recall"}
    assert chunk["estimated"] == {}
    assert document["status"] in {"green", "amber"}


def test_a_ranking_of_predictions_alone_is_refused():
    with pytest.raises(DataError, match="roc_auc needs scores"):
        plan(replace(LOG, metric="roc_auc"), Table(sales(), "log.parquet"))


def test_scores_alone_give_the_prediction(ws):
    frame = sales().assign(p=lambda f: np.where(f["said"] == "yes", 0.7, 0.3)).drop(columns="said")
    spec = connect(
        ws, frame, columns=RequestedRoles(label="y", id="id", time="day", score="p", positive="yes")
    )
    stored = rows(ws, spec).set_index("_id")["_prediction"].reindex(frame["id"])
    assert stored.tolist() == np.where(frame["p"] > 0.5, "yes", "no").tolist()
    assert monitor.refresh(ws, "m")["metric"] == "roc_auc"


@pytest.mark.parametrize(
    ("column", "what"), [("said", "the prediction is missing"), ("p", "the probability")]
)
def test_rows_without_an_answer_are_left_out_and_named_beside_rows_with_one(ws, column, what):
    frame = sales().assign(p=lambda f: np.where(f["said"] == "yes", 0.7, 0.3))
    wanted = RequestedRoles(label="y", id="id", time="day", prediction="said", score="p", positive="yes")
    connect(ws, frame, columns=wanted)
    more = sales(seed=1).assign(id=lambda f: "n" + f["id"], p=0.4)
    more[column] = more[column].where(more.index != 7)
    report = ingest_frame(ws, "m", more, "more.parquet")
    assert (report.rows, report.left_out.rows) == (len(more) - 1, 1)
    assert f"column '{column}', row 8: {what}" in report.left_out.message
    assert "a file of their own" in report.left_out.hint
    half = more.assign(id=lambda f: "h" + f["id"])
    half[column] = half[column].where(half.index % 2 == 0)
    with pytest.raises(DataError, match=f"{what}.*, and 450 of 900 rows are like that"):
        ingest_frame(ws, "m", half, "half.parquet")


@pytest.mark.parametrize(
    "classes",
    [
        ("0", "1", "2"),
        (0, 1, 2),
        (True, False),
        ("very good", "so so", "bad"),
        ("größer", "日本", "a'b"),
        ("=1+1", "<b>", "x,y"),
    ],
)
def test_class_names_of_any_kind_are_the_same_in_labels_and_predictions(ws, classes):
    frame = sales(classes=classes)
    connect(ws, frame)
    document = monitor.refresh(ws, "m")
    accuracy = document["chunks"][0]["realised"]["accuracy"]["value"]
    first = frame[frame["day"] < "2020-02-01"]
    assert accuracy == pytest.approx((first["y"] == first["said"]).mean())


@pytest.mark.parametrize("spelt", [int, float, "int64", str])
def test_one_class_in_different_spellings_is_one(ws, spelt):
    frame = sales(classes=("0", "1"))
    said = frame["said"].astype(int).astype(spelt)
    connect(ws, frame.assign(said=said, y=frame["y"].astype(int)))
    more = sales(classes=("0", "1"), seed=2).assign(id=lambda f: "n" + f["id"])
    spellings = {"0": "0.0", "1": " 1"}
    ingest_frame(ws, "m", more.assign(said=more["said"].map(spellings), y=more["y"] == "1"), "more.csv")
    assert monitor.refresh(ws, "m")["chunks"][0]["realised"]["accuracy"]["value"] > 0.7


def test_rounded_probabilities_of_many_classes_are_taken(ws):
    frame = sales(classes=("a b", "c", "d"))
    for name in ("a b", "c", "d"):
        frame[f"p {name}"] = np.where(frame["said"] == name, 0.35, 0.33)
    spec = connect(ws, frame, columns=RequestedRoles(label="y", id="id", time="day", scores_prefix="p "))
    assert spec.roles.scores["a b"] == "p a b"
    assert monitor.refresh(ws, "m")["chunks"]


def test_a_class_that_is_missing_from_a_chunk_and_from_the_reference_is_no_error(ws):
    frame = sales(classes=("a", "b", "c"))
    early = frame["day"] < "2020-03-01"
    frame = frame[~(early & (frame["y"] == "c"))]
    frame = frame.assign(said=frame["said"].where(~early | (frame["said"] != "c"), "a"))
    connect(ws, frame, reference=("2020-01-01", "2020-02-29"))
    document = monitor.refresh(ws, "m")
    assert len(document["chunks"]) == 6
    assert document["chunks"][-1]["realised"]["balanced_accuracy"]["value"] > 0.7


def odd(frame, share=0.05, name="d e"):
    """A share of the rows gets a label that the model does not know."""
    every = int(1 / share)
    return frame.assign(y=frame["y"].where(frame.index % every != 0, name))


def test_a_new_class_is_taken_in_named_and_can_be_added(ws):
    frame = sales(classes=("a", "b", "c"))
    spec = connect(ws, frame)
    late = odd(sales(months=1, classes=("a", "b", "c"), seed=5)).assign(id=lambda f: "n" + f["id"])
    ingest_frame(ws, "m", late, "late.parquet")
    document = monitor.refresh(ws, "m")
    assert document["new_classes"] == [{"name": "d e", "labels": 8, "predictions": 0}]
    assert (
        "New class: 'd e'. 8 labels name it: errors that the numbers here leave out." in document["sentence"]
    )
    assert document["status"] != "green"
    assert "classes add" in document["suggestion"]
    assert document["steps"][-1]["code"] == "CT-H84"
    assert document["steps"][-1]["parameters"] == {"name": "d e"}
    before = document["chunks"][0]
    changed = add_class(ws, "m", "d e", "me")
    assert changed.classes == (*spec.classes, "d e")
    document = monitor.refresh(ws, "m")
    assert document["new_classes"] == []
    after = document["chunks"][0]
    assert after["labelled"] == before["labelled"] + 8
    assert after["realised"]["accuracy"]["value"] < before["realised"]["accuracy"]["value"]


def test_scores_of_before_stay_when_a_class_is_added(ws):
    frame = sales(classes=("a", "b", "c"))
    for name in ("a", "b", "c"):
        frame[f"p_{name}"] = np.where(frame["said"] == name, 0.8, 0.1)
    wanted = RequestedRoles(label="y", id="id", time="day", scores_prefix="p_")
    connect(ws, frame, columns=wanted)
    before = monitor.refresh(ws, "m")["chunks"][0]["realised"]
    spec = add_class(ws, "m", "d", "me")
    assert monitor.refresh(ws, "m")["chunks"][0]["realised"]["brier"] == before["brier"]
    ingest_frame(ws, "m", frame.assign(id="n" + frame["id"]), "more.parquet")
    assert rows(ws, spec)["_score_3"].eq(0).all()


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_another_column_in_place_of_the_label_is_refused(ws, share):
    connect(ws, sales())
    more = odd(sales(seed=1), share).assign(id=lambda f: "n" + f["id"])
    with pytest.raises(DataError, match="'d e' is not a class of this model, and") as refused:
        ingest_frame(ws, "m", more, "more.parquet")
    assert "classes add" in refused.value.hint


@pytest.mark.parametrize(("new", "said"), [("yes", "already"), ("maybe", "another task"), (" ", "cannot be")])
def test_a_class_that_cannot_be_added_is_a_sentence(ws, new, said):
    connect(ws, sales())
    with pytest.raises(DataError, match=said):
        add_class(ws, "m", new, "me")


def test_pictures_come_as_base64_from_csv_and_as_paths_from_json_lines(ws, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    shades = {f"{n}.png": _png(n) for n in range(80)}
    for name, data in shades.items():
        (folder / name).write_bytes(data)
    frame = pd.DataFrame({"id": range(80), "y": ["dark", "light"] * 40, "photo": list(shades)})
    frame["said"] = frame["y"]
    wanted = RequestedRoles(label="y", id="id", prediction="said", positive="light")
    request = ConnectRequest("m", wanted, chunk="20", picture_folder=str(folder))
    spec = connect_table(ws, request, Table(frame, "photos.jsonl"))
    assert spec.item == "image"
    more = frame.assign(id=frame["id"] + 100, photo=[b64encode(each).decode() for each in shades.values()])
    more.to_csv(tmp_path / "more.csv", index=False)
    ingest(ws, "m", [tmp_path / "more.csv"])
    stored = rows(ws, spec)
    assert stored["photo"].map(bytes).tolist() == [*shades.values()] * 2
    with pytest.raises(DataError, match="column 'photo', row 3: The path leaves"):
        ingest_frame(ws, "m", frame.assign(photo=["0.png"] * 2 + ["../0.png"] * 78), "bad.jsonl")


def _png(shade):
    out = BytesIO()
    Image.fromarray(np.full((4, 4), shade, dtype=np.uint8)).save(out, "PNG")
    return out.getvalue()
