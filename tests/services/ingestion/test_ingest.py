"""Broken here: a bad file changes the stores, or the same rows count twice."""

import json
import sqlite3
from functools import partial

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError, DuplicateBatch, SchemaError
from core.services.dataset import rows
from core.services.ingestion import ingest as service
from core.services.ingestion.ingest import ingest, ingest_frame
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store.engine import reading
from core.store.ingestion import batches
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table
from core.tables.values.content_hash import content_hash


def month(number, first, count=30, **changes):
    """Rows of one month of 2020, with predictions."""
    rng = np.random.default_rng(number)
    frame = pd.DataFrame(
        {
            "id": range(first, first + count),
            "day": [f"2020-{number:02d}-{1 + i % 28:02d}" for i in range(count)],
            "x": rng.normal(size=count).round(3),
            "town": rng.choice(["Ulm", "Bonn"], count),
            "p": rng.uniform(0.1, 0.9, count).round(3),
            "y": rng.choice(["no", "yes"], count),
        }
    )
    return frame.assign(**changes)


def connected(home, **wanted):
    ws = open_workspace(Settings(home=home))
    roles = {"label": "y", "time": "day", "score": "p", "positive": "yes"} | wanted
    request = ConnectRequest("shop", RequestedRoles(**roles), chunk="month")
    return ws, connect_table(ws, request, Table(month(1, 0), "first.csv"))


@pytest.fixture
def shop(tmp_path):
    ws, spec = connected(tmp_path / "home")
    yield ws, spec, tmp_path
    ws.engine.dispose()


def dump(ws):
    """Every row of every table but the list of deliveries, and every file of the lake."""
    connection = sqlite3.connect(ws.settings.database.removeprefix("sqlite:///"))
    tables = [line for line in connection.iterdump() if not line.startswith('INSERT INTO "arrival"')]
    connection.close()
    files = {str(path): path.read_bytes() for path in ws.settings.lake.rglob("*") if path.is_file()}
    return tables, files


def csv(folder, frame, name="batch.csv", **how):
    path = folder / name
    frame.to_csv(path, index=False, **how)
    return path


def test_a_batch_is_taken_in_and_read_back(shop):
    ws, spec, folder = shop
    [report] = ingest(ws, "shop", [csv(folder, month(2, 100))])
    assert (report.rows, report.new, report.replaced, report.labelled, report.chunks) == (
        30,
        30,
        0,
        30,
        ("2020-02",),
    )
    frame = rows(ws, spec, chunks=["2020-02"])
    assert frame["_id"].tolist() == [str(i) for i in range(100, 130)]
    assert frame["_seq"].tolist() == list(range(30, 60))
    assert frame["_score_1"].tolist() == pytest.approx(month(2, 100)["p"].tolist())


def test_globs_and_formats_can_be_mixed(shop):
    ws, spec, folder = shop
    csv(folder, month(2, 100), "part-2.csv")
    month(3, 200).assign(day=lambda f: pd.to_datetime(f["day"])).to_parquet(folder / "part-3.parquet")
    reports = ingest(ws, "shop", [str(folder / "part-*")])
    assert [report.source for report in reports] == ["part-2.csv", "part-3.parquet"]
    assert rows(ws, spec)["_id"].is_unique


def test_a_corrected_file_replaces_its_rows(shop):
    ws, spec, folder = shop
    ingest(ws, "shop", [csv(folder, month(2, 100))])
    [report] = ingest(ws, "shop", [csv(folder, month(2, 100, x=5.5), "again.csv")])
    assert (report.new, report.replaced) == (0, 30)
    frame = rows(ws, spec, chunks=["2020-02"])
    assert (len(frame), set(frame["x"])) == (30, {5.5})
    assert frame["_seq"].tolist() == list(range(30, 60))


def test_labels_come_later(shop):
    ws, spec, folder = shop
    ingest(ws, "shop", [csv(folder, month(2, 100).drop(columns="y"))])
    assert rows(ws, spec, chunks=["2020-02"])["_label"].isna().all()
    late = pd.DataFrame({"id": range(100, 110), "y": "yes"})
    [report] = ingest(ws, "shop", [csv(folder, late, "late.csv")], "labels")
    assert (report.kind, report.labelled, report.chunks) == ("labels", 10, ("2020-02",))
    assert (rows(ws, spec, chunks=["2020-02"])["_label"] == "yes").sum() == 10


def wrong_type(frame):
    return frame.astype({"x": object}).assign(x=[*frame["x"][:6], *["many"] * 5, *frame["x"][11:]])


BAD = {
    "header only": (lambda f: f.head(0), "there is a header but no row of data"),
    "missing column": (lambda f: f.drop(columns="x"), r"batch\.csv: missing column 'x'"),
    "wrong type": (
        wrong_type,
        r"batch\.csv: column 'x', row 7 \(line 8 of the file\): 'many' is not a number, and 5 of 30",
    ),
    "unknown class": (lambda f: f.assign(y="maybe"), r"column 'y', row 1 .*'maybe' is not a class"),
    "id twice": (lambda f: f.assign(id=5000), r"column 'id', row 1 .*the id '5000' occurs again"),
    "moved row": (lambda f: f.assign(id=range(30)), "arrived before with a time in another chunk"),
    "bad score": (lambda f: f.assign(p=2.0), "the scores 'p' lie between 2 and 2"),
    "bad date": (lambda f: f.assign(day="soon"), "'soon' is not a date"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_and_changes_nothing(shop, what):
    ws, _, folder = shop
    damage, said = BAD[what]
    good, bad = csv(folder, month(3, 200), "good.csv"), csv(folder, damage(month(2, 100)))
    before = dump(ws)
    with pytest.raises(SchemaError, match=said) as caught:
        ingest(ws, "shop", [good, bad])
    assert caught.value.hint
    assert dump(ws) == before


BYTES = {
    "empty": (b"", "the file is empty"),
    "mixed encodings": ("id,day\n1,ü\n2,".encode() + "ü\n".encode("latin-1"), "line 3 holds the byte 0xfc"),
    "duplicate columns": (b"id,day,id\n1,2020-01-01,2\n", "'id' occurs 2 times"),
    "ragged": (b"id,day\n1\n", "line 2 has 1 values"),
}


@pytest.mark.parametrize("what", BYTES)
def test_bad_bytes_are_refused_and_change_nothing(shop, what):
    ws, _, folder = shop
    content, said = BYTES[what]
    (folder / "batch.csv").write_bytes(content)
    before = dump(ws)
    with pytest.raises(DataError, match=said):
        ingest(ws, "shop", [folder / "batch.csv"])
    assert dump(ws) == before


def test_a_truncated_parquet_file_changes_nothing(shop):
    ws, _, folder = shop
    path = folder / "batch.parquet"
    month(2, 100).to_parquet(path)
    path.write_bytes(path.read_bytes()[:-30])
    before = dump(ws)
    with pytest.raises(DataError, match="not a whole Parquet file"):
        ingest(ws, "shop", [path])
    assert dump(ws) == before


def test_the_same_content_twice_is_refused_kindly(shop):
    ws, _, folder = shop
    ingest(ws, "shop", [csv(folder, month(2, 100))])
    before = dump(ws)
    again = folder / "renamed.jsonl"
    month(2, 100).to_json(again, orient="records", lines=True)
    with pytest.raises(DuplicateBatch, match="was taken in before") as caught:
        ingest(ws, "shop", [again])
    assert "nothing is lost" in caught.value.hint
    assert dump(ws) == before


FAR = 2**60


def test_a_number_corrected_beyond_2_to_53_is_a_corrected_file(shop):
    ws, _, _ = shop
    before = month(2, 100).assign(x=range(FAR, FAR + 30))
    corrected = before.assign(x=before["x"].replace(FAR, FAR + 1))
    ingest_frame(ws, "shop", before, "before.csv")
    report = ingest_frame(ws, "shop", corrected, "corrected.csv")
    assert (report.rows, report.new) == (30, 0)


def test_a_delivery_of_an_older_version_is_still_known(shop, monkeypatch):
    """It named a delivery by numbers that were all doubles."""
    ws, _, _ = shop
    frame = month(2, 100).assign(x=range(FAR, FAR + 30))
    with monkeypatch.context() as older:
        older.setattr(service, "batch_hash", partial(content_hash, rounded=True))
        ingest_frame(ws, "shop", frame, "before.csv")
    with pytest.raises(DuplicateBatch, match="was taken in before"):
        ingest_frame(ws, "shop", frame, "again.csv")


def test_the_same_file_twice_in_one_call_is_refused(shop):
    ws, _, folder = shop
    path = csv(folder, month(2, 100))
    before = dump(ws)
    with pytest.raises(DuplicateBatch, match="in the same call"):
        ingest(ws, "shop", [path, path])
    assert dump(ws) == before


def test_labels_that_come_before_their_rows_wait_for_them(shop):
    ws, spec, folder = shop
    early = pd.DataFrame({"id": [0, 100], "y": ["yes", "yes"]})
    [report] = ingest(ws, "shop", [csv(folder, early)], "labels")
    assert (report.rows, report.waiting, report.chunks) == (2, 1, ("2020-01",))
    ingest_frame(ws, "shop", month(2, 100).drop(columns="y"), "rows")
    found = rows(ws, spec).set_index("_id")["_label"]
    assert (found["0"], found["100"]) == ("yes", "yes")
    assert found.loc["101":"129"].isna().all()


def test_rows_without_predictions_need_a_champion(shop):
    ws, _, folder = shop
    before = dump(ws)
    with pytest.raises(DataError, match="no predictions, and there is no model in production") as caught:
        ingest(ws, "shop", [csv(folder, month(2, 100).drop(columns="p"))])
    assert "columns p" in caught.value.hint
    assert dump(ws) == before


def test_a_failed_transaction_leaves_orphans_that_nobody_reads(shop, monkeypatch):
    ws, spec, _ = shop
    before = rows(ws, spec)

    def fail(*_args):
        raise OSError("the disk is full")

    monkeypatch.setattr(service.audit, "add", fail)
    with pytest.raises(OSError, match="disk is full"):
        ingest_frame(ws, "shop", month(2, 100), "memory")
    monkeypatch.undo()
    assert len(list(ws.settings.lake.rglob("*.parquet"))) > 1
    pd.testing.assert_frame_equal(rows(ws, spec), before)
    assert ingest_frame(ws, "shop", month(2, 100), "memory").new == 30


def test_chunks_of_rows_keep_the_place_of_rows_that_come_again(tmp_path):
    ws = open_workspace(Settings(home=tmp_path))
    request = ConnectRequest(
        "shop", RequestedRoles(label="y", time="none", score="p", exclude=("day",)), chunk="20"
    )
    spec = connect_table(ws, request, Table(month(1, 0), "first"))
    ingest_frame(ws, "shop", month(2, 20, 30), "overlap")
    frame = rows(ws, spec)
    assert frame["_id"].tolist() == [str(i) for i in range(50)]
    assert frame["_chunk"].value_counts().to_dict() == {
        "rows-000000": 20,
        "rows-000001": 20,
        "rows-000002": 10,
    }
    ws.engine.dispose()


def test_an_unknown_model_is_a_sentence(shop):
    ws, _, folder = shop
    with pytest.raises(DataError, match="There is no model 'shap'") as caught:
        ingest(ws, "shap", [csv(folder, month(2, 100))])
    assert "shop" in caught.value.hint


def test_what_was_taken_in_is_written_down(shop):
    ws, spec, folder = shop
    ingest(ws, "shop", [csv(folder, month(2, 100))], by="Ada")
    with reading(ws.engine) as session:
        listed = batches.list_batches(session, spec.id)
        audited = service.audit.entries(session, spec.id)
    assert [(row.source, row.rows) for row in listed] == [("batch.csv", 30), ("first.csv", 30)]
    assert (audited[0].person, audited[0].action) == ("Ada", "ingest")
    assert json.loads(json.dumps(audited[0].body))["source"] == "batch.csv"


def test_a_wide_file_is_taken_in_without_a_warning(tmp_path):
    """Warnings are errors here: pandas gives one where a column is put into a frame of many pieces."""
    wide = pd.DataFrame({f"x{at}": np.arange(30.0) for at in range(120)})
    ws = open_workspace(Settings(home=tmp_path / "home"))
    request = ConnectRequest(
        "wide", RequestedRoles("y", time="day", score="p", positive="yes"), chunk="month"
    )
    connect_table(ws, request, Table(month(1, 0).join(wide), "first.csv"))
    path = tmp_path / "wide.parquet"
    month(2, 100).join(wide).to_parquet(path, index=False)
    assert ingest(ws, "wide", [path])[0].rows == 30
    ws.engine.dispose()


def test_rows_that_arrow_holds_are_those_of_a_file(shop):
    """Pandas turns texts of Arrow into numbers of other lengths, and empty cells into words."""
    ws, spec, folder = shop
    sent = month(3, 100).assign(town=["NA", None] * 15, x=[0.1, None, 3.5] * 10)
    ingest_frame(ws, "shop", sent.convert_dtypes(dtype_backend="pyarrow"), "arrow")
    ingest(ws, "shop", [csv(folder, sent.assign(id=sent["id"] + 1000))])
    first, second = (
        part.reset_index(drop=True) for _, part in rows(ws, spec).iloc[30:].groupby(np.arange(60) // 30)
    )
    same = ["_time", "_label", "_score_1", "x", "town"]
    pd.testing.assert_frame_equal(first[same], second[same])
