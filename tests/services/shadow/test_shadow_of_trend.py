"""Broken here: a version beside a trend predicts what comes without its time, as a shadow or as champion."""

import numpy as np
import pandas as pd
import pytest

from core.services import dataset
from core.services.monitoring import monitor
from core.services.shadow import start, watch
from core.services.version_predictions import VersionPredictions
from core.store.engine import reading
from core.store.ingestion import batches
from core.training.recipes import build
from core.training.trends.trend import Trend
from tests.services.retrain_world import CHUNK, NAME, ROWS, add, install, make_numbers, table


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Rows that grow; version 2 follows them, version 1 does not."""
    ws, spec = make_numbers(tmp_path / "home", growth=0.5)
    registry = install(monkeypatch)
    rows = dataset.rows(ws, spec)
    X = dataset.features(spec, rows)
    registry.models["2"] = Trend(build("ridge", X, spec, 0), "at", by_share=True).fit(
        X.assign(at=rows["_time"]), rows["_label"]
    )
    return ws, spec, registry.models["2"]


def come(ws, spec, predict, version, rows=200):
    """The next rows, a day each, with the predictions and the name of a version."""
    days = ROWS + np.arange(rows)
    at = (pd.Timestamp("2020-01-01") + pd.to_timedelta(days, "D")).astype("datetime64[us]")
    frame = table(rows, seed=5).drop(columns=["_score_0", "_score_1"])
    frame = frame.assign(_id=[f"r{n}" for n in days], _seq=days, _time=at, _version=version)
    frame["_chunk"] = [f"rows-{n // CHUNK:06d}" for n in days]
    frame["_label"] = (100 + 30 * frame["a"]).clip(lower=0) * 1.5 ** (days / 365)
    add(ws, spec, "predictions", frame.assign(_prediction=predict(frame)), content=f"by-{version}")
    return frame


def test_beside_the_champion_it_predicts_each_row_as_of_its_time(world):
    ws, spec, model = world
    start.start(ws, NAME, "2", by="eve")
    frame = come(ws, spec, lambda rows: 100 + 10 * rows["a"], "1")
    [document] = watch.watch(ws, NAME)
    assert document["state"] == "running" or document["verdict"] == "better"
    assert document["rows"] > 0
    assert document["gain"] > 0
    with reading(ws.engine) as session:
        newest = batches.live(session, spec.id)[-1]
    kept = pd.read_parquet(VersionPredictions(ws, spec, "2").path(newest)).set_index("_id")
    expected = model.predict(dataset.features(spec, frame, model))
    assert np.allclose(kept["_prediction"].loc[frame["_id"]], expected)


def test_as_the_champion_health_has_a_curve_of_it_and_no_fault_of_its_predictions(world):
    ws, spec, model = world
    come(ws, spec, lambda rows: model.predict(dataset.features(spec, rows, model)), "2")
    document = monitor.refresh(ws, NAME)
    assert [one["version"] for one in document["versions"]] == ["1", "2"]
    newest = document["chunks"][-1]
    assert newest["labelled"] == CHUNK
    assert "fault" not in {cause["kind"] for cause in document["causes"]}
