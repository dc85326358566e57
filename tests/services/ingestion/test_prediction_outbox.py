"""Broken here: what a server predicted is lost, counted twice, or put down to another version or decision."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.errors import DataError, StoreError
from core.jobs import client
from core.jobs.status import JobStatus
from core.lake.remotes.sources import read_table
from core.services.dataset import rows
from core.services.deployment.served_rows import delivery_rows
from core.services.ingestion import prediction_outbox, receive_delivery
from core.services.ingestion.ingest import ingest_tables
from core.services.ingestion.prediction_outbox import PredictionOutbox
from tests.services.retrain_world import NAME, Killed, make
from tests.services.shadow.test_kills import die_after

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


PLACES = {
    "in the file": (pd.DataFrame, "to_json", 1),
    "before it is taken": (receive_delivery, "check", 1),
    "moved, not in line": (receive_delivery, "_settle", 1),
    "in line": (client, "submit", 1),
    "taken, not gone": (prediction_outbox, "receive", 1),
}


def write_and_send(outbox):
    """What a server does every ten seconds."""
    outbox.write()
    outbox.send()


def test_killed_anywhere_on_the_way_what_was_written_is_in_line_once(world, monkeypatch, tmp_path):
    """A file whose name is gone before its job is in line would be rows that nobody ever takes in."""
    ws, spec = world
    line = {}
    monkeypatch.setattr(client, "submit", lambda _settings, job, *, job_id: line.setdefault(job_id, job))
    known = [JobStatus("1", "deliver", "queued", 0.0, "", None, None, None, None, {})]
    monkeypatch.setattr(client, "jobs_with_prefix", lambda *_: known[: len(line)])
    outbox = PredictionOutbox(ws, NAME, tmp_path / "outbox")
    frame = delivery_rows(spec, raw(id=["p1", "p2"]), predicted(), "7", MOMENT)
    outbox.add([frame])
    for place, (owner, name, number) in PLACES.items():
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, die_after(getattr(owner, name), number))
            with pytest.raises(Killed):
                write_and_send(outbox)
        outbox = PredictionOutbox(ws, NAME, outbox.folder)
        if place == "in the file":  # what is in memory only is lost with the process
            assert not list(outbox.folder.glob("*.jsonl"))
            outbox.add([frame])
    write_and_send(outbox)
    assert not list(outbox.folder.glob("*.jsonl"))
    [job] = line.values()
    assert read_table(Path(job.path)).frame["id"].tolist() == ["p1", "p2"]
