"""Broken here: what a server predicted is lost, counted twice, or put down to another version or decision."""

from dataclasses import replace

import pandas as pd
import pytest

from core.errors import DataError, StoreError
from core.lake.remotes.sources import read_table
from core.services.dataset import rows
from core.services.deployment.served_rows import delivery_rows
from core.services.ingestion import prediction_outbox
from core.services.ingestion.ingest import ingest_tables
from core.services.ingestion.prediction_outbox import PredictionOutbox
from tests.services.retrain_world import NAME, make

MOMENT = "2026-03-01T12:00:00"


@pytest.fixture
def world(tmp_path):
    return make(tmp_path / "home", rows=60, trained=40)


def raw(**columns):
    """Two rows as a program sends them."""
    return pd.DataFrame({"a": [0.5, None], "b": [1, 2], "town": ["x", None], **columns})


def predicted(index=(0, 1)):
    """No at .4, against the larger probability: the model's own decision."""
    columns = {"_score_0": [0.3, 0.8], "_score_1": [0.7, 0.2], "_prediction": ["no", "no"]}
    return pd.DataFrame(columns, index=list(index))


def test_the_log_has_the_decision_the_scores_and_the_version_that_predicted(world, monkeypatch, tmp_path):
    ws, spec = world
    taken = []

    def receive(ws, name, body, kind, by):
        taken.append((kind, by))
        ingest_tables(ws, name, [read_table(body.path)], kind, by=by)

    monkeypatch.setattr(prediction_outbox, "receive", receive)
    outbox = PredictionOutbox(ws, NAME, tmp_path / "outbox")
    outbox.add([delivery_rows(spec, raw(id=["p1", "p2"]), predicted(), "7", MOMENT)])
    outbox.add([delivery_rows(spec, raw(), predicted(), "8", MOMENT)])
    outbox.write()
    outbox.send()
    outbox.send()
    assert taken == [("predictions", "serve")]
    stored = rows(ws, spec).tail(4).set_index("_id")
    assert stored.loc[["p1", "p2"], "_version"].tolist() == ["7", "7"]
    assert stored["_prediction"].tolist() == ["no"] * 4
    assert stored.loc[["p1", "p2"], "_score_1"].tolist() == [0.7, 0.2]
    assert stored.drop(["p1", "p2"])["_version"].tolist() == ["8", "8"]
    assert stored["_label"].isna().all()
    assert not list((tmp_path / "outbox").iterdir())


def test_a_models_own_columns_are_used_in_its_own_words(world):
    _, spec = world
    roles = replace(
        spec.roles,
        time="at",
        prediction="says",
        scores={"yes": "p"},
        version="v",
        means={"0": "no", "1": "yes"},
    )
    table = delivery_rows(replace(spec, roles=roles), raw(at=["2026-01-01", None]), predicted(), "7", MOMENT)
    assert table["says"].tolist() == ["0", "0"]
    assert table["p"].tolist() == [0.7, 0.2]
    assert table["v"].tolist() == ["7", "7"]
    assert table["at"].tolist() == ["2026-01-01", MOMENT]
    assert table["id"].nunique() == 2
    part = delivery_rows(spec, raw(id=["p1", "p2"]), predicted().loc[[1]], "7", MOMENT)
    assert (part["id"].tolist(), part["b"].tolist()) == (["p2"], [2])


def test_what_cannot_be_delivered_waits_and_what_is_refused_is_put_aside(world, monkeypatch, tmp_path):
    ws, spec = world
    outbox = PredictionOutbox(ws, NAME, tmp_path / "outbox")
    outbox.write()
    outbox.add([delivery_rows(spec, raw(), predicted(), "7", MOMENT)])
    outbox.write()
    failures = [StoreError("The disk is full.", "Make room."), DataError("No such column.", "Send it.")]

    def receive(*_):
        raise failures.pop(0)

    monkeypatch.setattr(prediction_outbox, "receive", receive)
    with pytest.raises(StoreError):
        outbox.send()
    assert [path.suffix for path in outbox.folder.iterdir()] == [".jsonl"]
    PredictionOutbox(ws, NAME, outbox.folder).send()  # after a restart the file is still there
    assert [path.suffix for path in outbox.folder.iterdir()] == [".refused"]
    assert failures == []
