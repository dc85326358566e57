"""Broken here: the health of a regression from its log alone, to the document that everybody reads."""

import numpy as np
import pandas as pd
import pytest

from core.services.ingestion.ingest import ingest_frame
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table

WANTED = RequestedRoles(label="y", prediction="said", segments=("town",))
REQUEST = ConnectRequest("rides", WANTED, chunk="month", reference=("2020-01-01", "2020-04-30"))


def rides(months=range(1, 10), fall_from=7, per_month=300):
    """Good predictions at first; from one month on there are more rides in Ulm than anybody expects."""
    frames = []
    for month in months:
        rng = np.random.default_rng(month)
        x, town = rng.random(per_month), rng.choice(["Ulm", "Bonn"], per_month)
        more = 80 * ((month >= fall_from) & (town == "Ulm"))
        days = pd.Timestamp(2020, month, 1) + pd.to_timedelta(rng.integers(0, 28, per_month), unit="D")
        frames.append(
            pd.DataFrame(
                {
                    "id": [f"{month}-{i}" for i in range(per_month)],
                    "day": days,
                    "x": x,
                    "town": town,
                    "said": 200 * x,
                    "y": 200 * x + rng.normal(scale=10, size=per_month) + more,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def test_a_shift_is_found_dated_and_placed(ws):
    spec = connect_table(ws, REQUEST, Table(rides(), "rides.parquet"))
    assert (spec.task, spec.metric, spec.tolerance, spec.classes) == ("regression", "mae", None, ())
    found = monitor.refresh(ws, "rides")
    assert found["status"] == "red"
    assert found["onset"]["date"] == "2020-07-01"
    assert found["tolerance"] == pytest.approx(found["reference"]["value"] / 10)
    assert found["reference"]["value"] == pytest.approx(8, abs=0.5)
    assert found["current"]["realised"]["bias"]["value"] == pytest.approx(-40, abs=4)
    assert (found["segments"][0]["value"], found["segments"][0]["share"] > 0.9) == ("Ulm", True)
    assert "too low on average" in found["sentence"]


def test_late_labels_and_a_batch_without_any_are_taken_in(ws):
    connect_table(ws, REQUEST, Table(rides(range(1, 6)), "rides.parquet"))
    june = rides([6])
    ingest_frame(ws, "rides", june.drop(columns="y"), "june")
    assert monitor.refresh(ws, "rides")["chunks"][-1]["labelled"] == 0
    ingest_frame(ws, "rides", june[["id", "y"]], "labels", "labels")
    found = monitor.refresh(ws, "rides")["chunks"][-1]
    assert (found["n"], found["labelled"]) == (300, 300)
    assert found["realised"]["mae"]["value"] == pytest.approx((june["said"] - june["y"]).abs().mean())


def test_a_first_champion_learns_amounts_and_answers_new_rows(ws):
    frame = rides().drop(columns="said")
    wanted = RequestedRoles(label="y", segments=("town",))
    request = ConnectRequest("rides", wanted, chunk="month", train_until="2020-05-01", recipe="ridge")
    connect_table(ws, request, Table(frame[frame["day"] < "2020-09-01"], "rides.parquet"))
    first = monitor.refresh(ws, "rides")
    assert (first["status"], first["version"], first["reference"]["trained"]) == ("red", "1", True)
    assert first["reference"]["value"] == pytest.approx(8, abs=0.5)
    assert first["onset"]["date"] == "2020-07-01"
    ingest_frame(ws, "rides", frame[frame["day"] >= "2020-09-01"].drop(columns="y"), "september")
    newest = monitor.refresh(ws, "rides")["chunks"][-1]
    assert (newest["n"], newest["labelled"]) == (300, 0)
    assert newest["estimated"]["mae"]["value"] == pytest.approx(8, abs=1)
    assert newest["versions"]["1"]["rows"] == 300
