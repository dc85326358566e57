"""Broken here: the health of a model as commands, HTTP and pages give it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError
from core.health.tasks.confidence import ConfidenceEstimator
from core.health.tasks.remembered import Memory
from core.services.ingestion.ingest import ingest_frame
from core.services.monitoring import monitor
from core.services.monitoring.partitions import divide, fresh_chunks
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store.engine import reading
from core.store.ingestion import batches
from core.store.monitoring import profiles
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table

WANTED = RequestedRoles(
    label="y",
    task="binary",
    id="id",
    time="day",
    prediction="said",
    score="p",
    segments=("town",),
    positive="yes",
)
REQUEST = ConnectRequest("shop", WANTED, chunk="month", reference=("2020-01-01", "2020-04-30"))


def sales(months=9, fall_from=7, per_month=400, seed=0):
    """Good scores at first; from one month on they say nothing in Ulm."""
    rng = np.random.default_rng(seed)
    frames = []
    for month in range(1, months + 1):
        n = per_month
        logit, town = rng.normal(scale=2, size=n), rng.choice(["Ulm", "Bonn"], n)
        p = 1 / (1 + np.exp(-logit))
        truth = rng.random(n) < np.where((month >= fall_from) & (town == "Ulm"), 0.5, p)
        days = pd.Timestamp(2020, month, 1) + pd.to_timedelta(rng.integers(0, 28, n), unit="D")
        frames.append(
            pd.DataFrame(
                {
                    "id": [f"{month}-{i}" for i in range(n)],
                    "day": days,
                    "x": logit,
                    "town": town,
                    "p": p,
                    "said": np.where(p > 0.5, "yes", "no"),
                    "y": np.where(truth, "yes", "no"),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def connect(ws, frame, **changes):
    return connect_table(ws, replace(REQUEST, **changes), Table(frame, "sales.parquet"))


def fingerprints(ws, spec):
    with reading(ws.engine) as session:
        return profiles.fingerprints(session, spec.id)


def test_a_fall_is_found_dated_and_placed(ws):
    connect(ws, sales())
    said = []
    document = monitor.refresh(ws, "shop", lambda share, message: said.append((share, message)))
    assert document["status"] == "red"
    assert document["onset"]["date"] == "2020-07-01"
    assert document["segments"][0]["value"] == "Ulm"
    assert "Mostly in: town = Ulm" in document["sentence"]
    assert [(cause["kind"], cause["code"]) for cause in document["causes"]] == [("inside", "CT-H59")]
    assert "whether the world changed or the labels did is not known yet" in document["sentence"]
    assert document["reference"]["n"] == 1600
    assert document["labels"] == {"rows": 3600, "labelled": 3600, "mature": 3600}
    assert [share for share, _ in said] == sorted(share for share, _ in said)
    assert monitor.health(ws, "shop") == document


def test_before_the_first_time_there_is_nothing(ws):
    connect(ws, sales(months=5))
    assert monitor.health(ws, "shop") is None
    with pytest.raises(DataError):
        monitor.health(ws, "another")


def test_only_chunks_that_changed_are_counted_anew(ws):
    spec = connect(ws, sales(months=8))
    first = monitor.refresh(ws, "shop")
    before = fingerprints(ws, spec)
    assert monitor.refresh(ws, "shop") == first
    ingest_frame(ws, "shop", sales(months=9, seed=1).query("day >= '2020-09-01'"), "september")
    found = monitor.refresh(ws, "shop")
    after = fingerprints(ws, spec)
    assert found["chunks"][-1]["n"] == 400
    assert set(after) - set(before) == {"log/2020-09"}
    assert {key: after[key] for key in before} == before


def test_only_what_is_new_is_estimated_and_the_document_is_as_if_all_were(ws, monkeypatch):
    connect(ws, sales(months=8))
    monitor.refresh(ws, "shop")
    ingest_frame(ws, "shop", sales(months=9, seed=1).query("day >= '2020-09-01'"), "september")
    estimated, estimate = [], ConfidenceEstimator.estimate
    monkeypatch.setattr(
        ConfidenceEstimator, "estimate", lambda self, rows: estimated.append(rows.n) or estimate(self, rows)
    )
    quick = monitor.refresh(ws, "shop")
    assert set(estimated) == {400, quick["current"]["n"]}  # september and the period that is judged
    few = len(estimated)
    monkeypatch.setattr(monitor, "recall_estimates", lambda *_: Memory("made by other code"))
    monkeypatch.setattr(monitor.findings, "fingerprint", lambda *_: None)
    slow = monitor.refresh(ws, "shop")
    assert len(estimated) - few > 9
    assert {**quick, "computed_at": ""} == {**slow, "computed_at": ""}


def test_counting_in_parts_is_counting_at_once(ws, tmp_path):
    connect(ws, sales(months=6))
    monitor.refresh(ws, "shop")
    frame = sales(months=6)
    extra = frame.iloc[::7].assign(id=lambda rows: "again-" + rows["id"])
    ingest_frame(ws, "shop", extra, "late rows")
    in_parts = monitor.refresh(ws, "shop")
    other = open_workspace(Settings(home=tmp_path / "other"))
    connect(other, pd.concat([frame, extra], ignore_index=True))
    at_once = monitor.refresh(other, "shop")
    other.engine.dispose()
    for a, b in zip(in_parts["chunks"], at_once["chunks"], strict=True):
        assert a["n"] == b["n"]
        assert a["realised"]["accuracy"] == pytest.approx(b["realised"]["accuracy"])


def test_late_labels_are_seen(ws):
    frame = sales(months=6)
    hidden = frame["day"] >= "2020-06-01"
    connect(ws, frame.assign(y=frame["y"].where(~hidden)))
    assert monitor.refresh(ws, "shop")["chunks"][-1]["labelled"] == 0
    ingest_frame(ws, "shop", frame.loc[hidden, ["id", "y"]], "labels", "labels")
    document = monitor.refresh(ws, "shop")
    assert document["chunks"][-1]["labelled"] == 400


def test_without_labels_in_the_log_the_page_says_so(ws):
    frame = sales(months=6)
    connect(ws, frame.assign(y=frame["y"].where(frame["day"] < "2020-05-01")))
    document = monitor.refresh(ws, "shop")
    assert [chunk["labelled"] > 0 for chunk in document["chunks"]] == [True] * 4 + [False] * 2
    assert "Labels reach until Apr 2020" in document["sentence"]
    assert document["chunks"][-1]["estimated"]["roc_auc"]["value"] > 0.8


def test_an_expert_answer_changes_its_chunk_only(ws, monkeypatch):
    spec = connect(ws, sales(months=6))
    monitor.refresh(ws, "shop")
    before = fingerprints(ws, spec)
    monkeypatch.setattr(monitor.events, "corrections", lambda *_, **__: {"6-0": "yes", "6-1": "no"})
    monitor.refresh(ws, "shop")
    after = fingerprints(ws, spec)
    assert {key for key in after if after[key] != before[key]} == {"log/2020-06"}


def test_without_a_said_reference_the_first_quarter_is_it(ws):
    spec = connect(ws, sales(months=8))
    with reading(ws.engine) as session:
        live = batches.live(session, spec.id)
    found = divide(replace(spec, reference=None), live)
    assert [each.chunk for each in found.reference] == ["2020-01", "2020-02"]
    assert len(found.log) == 8


def test_a_first_champion_without_a_log_is_grey(ws):
    frame = sales(months=3).drop(columns=["p", "said"])
    connect_table(
        ws,
        ConnectRequest(
            "new",
            RequestedRoles(label="y", task="binary", id="id", time="day", positive="yes"),
            chunk="month",
            train_until="1.0",
            recipe="logistic_regression",
        ),
        Table(frame, "sales.parquet"),
    )
    document = monitor.refresh(ws, "new")
    assert document["status"] == "grey"
    assert document["chunks"] == []
    assert document["reference"]["trained"]


def test_a_new_version_begins_with_the_chunk_after_its_promotion(ws):
    spec = connect(ws, sales(months=4))
    with reading(ws.engine) as session:
        division = divide(spec, batches.live(session, spec.id))
    assert fresh_chunks(spec, division, ["2020-02-28T00:00:00", "2020-04-28T00:00:00", "17"]) == (2,)


def versioned(frame, version):
    return frame.assign(model_version=version)


def test_every_version_has_its_own_curve(ws):
    frame = sales(months=8, fall_from=99)
    older = versioned(frame, frame["day"].dt.month.le(5).map({True: "1", False: "2"}))
    connect(ws, older)
    document = monitor.refresh(ws, "shop")
    assert [each["version"] for each in document["versions"]] == ["1", "2"]
    first, second = document["versions"]
    assert (first["first"], first["last"]) == ("2020-01-01", "2020-05-31")
    assert (second["first"], second["rows"]) == ("2020-06-01", 1200)
    for chunk in document["chunks"]:
        alone = chunk["versions"]["1" if chunk["key"] <= "2020-05" else "2"]
        assert alone["value"] == chunk["realised"]["roc_auc"]["value"]
        assert alone["n"] == chunk["labelled"]
    assert "same time" not in document["sentence"]


def test_the_curves_agree_with_counting_each_version_alone(ws, tmp_path):
    frame = sales(months=5, fall_from=99)
    mixed = versioned(frame, np.where(np.arange(len(frame)) % 3 == 0, "canary", "1"))
    connect(ws, mixed)
    document = monitor.refresh(ws, "shop")
    other = open_workspace(Settings(home=tmp_path / "other"))
    connect(other, mixed[mixed["model_version"] == "canary"])
    alone = monitor.refresh(other, "shop")
    other.engine.dispose()
    for a, b in zip(document["chunks"], alone["chunks"], strict=True):
        assert a["versions"]["canary"]["rows"] == b["n"]
        assert a["versions"]["canary"]["value"] == pytest.approx(b["realised"]["roc_auc"]["value"], abs=2e-3)


def test_two_versions_at_the_same_time_are_told_apart(ws):
    frame = sales(months=8, fall_from=99)
    canary = (frame["day"].dt.month >= 6) & (np.arange(len(frame)) % 5 == 0)
    noise = np.random.default_rng(1).random(len(frame))
    frame = frame.assign(p=frame["p"].where(~canary, noise))
    connect(ws, versioned(frame, np.where(canary, "2", "1")), tolerance=0.05)
    document = monitor.refresh(ws, "shop")
    assert "Versions 1 (80 % of the predictions) and 2 predicted at the same time" in document["sentence"]
    assert "Version 2 is worse than 1 by" in document["sentence"]
    assert document["status"] != "green"


def test_another_version_in_the_log_begins_anew(ws):
    frame = sales(months=9, fall_from=5).query("day < '2020-07-01' or day >= '2020-10-01'")
    good = sales(months=9, fall_from=99, seed=3).query("day >= '2020-07-01'")
    good = good.assign(id="n" + good["id"])
    connect(ws, pd.concat([versioned(frame, "1"), versioned(good, "2")], ignore_index=True))
    document = monitor.refresh(ws, "shop")
    assert document["current"]["start"] == "2020-07-01"
    assert document["status"] != "red"
