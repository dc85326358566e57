"""Broken here: a threshold that was set decides in one place and not in another, or not in the past."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, recall_score

from core.errors import DataError
from core.services.dataset import rows
from core.services.in_memory.compare_predictions import compare_predictions
from core.services.in_memory.monitor_frame import monitor_frame
from core.services.ingestion.ingest import ingest_frame
from core.services.monitoring.monitor import refresh
from core.services.onboarding.adjust import adjust
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.first_notes import decision_notes
from core.services.onboarding.plan import ConnectRequest
from core.services.operations.history import timeline
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.requested_roles import RequestedRoles
from core.tables.table import Table

CHUNK = 200
HALF = np.nextafter(0.5, 1)  # of two equal scores the first class is named
ROLES = RequestedRoles(label="y", id="id", score="p", positive="yes")
REQUEST = ConnectRequest("shop", ROLES, chunk=str(CHUNK), metric="recall", threshold=0.2)


def log(first=0, n=600):
    rng = np.random.default_rng(first)
    p = rng.beta(1, 4, n).round(3)
    y = np.where(rng.random(n) < p, "yes", "no")
    return pd.DataFrame({"id": [f"r{first + i}" for i in range(n)], "x": rng.normal(size=n), "p": p, "y": y})


FRAME = log()
P, Y = FRAME["p"].to_numpy(), FRAME["y"].to_numpy()


def decided(p, threshold):
    return np.where(p >= threshold, "yes", "no")


@pytest.fixture
def ws(tmp_path):
    opened = open_workspace(Settings(home=tmp_path))
    yield opened
    opened.engine.dispose()


def assert_measured(document, threshold):
    """By hand, chunk by chunk, from the scores."""
    for at, chunk in enumerate(document["chunks"]):
        part = slice(at * CHUNK, (at + 1) * CHUNK)
        y, said = Y[part], decided(P[part], threshold)
        recall = recall_score(y, said, pos_label="yes")
        assert chunk["realised"]["recall"]["value"] == pytest.approx(recall)
        assert chunk["realised"]["accuracy"]["value"] == pytest.approx(accuracy_score(y, said))


def test_a_log_of_scores_is_decided_at_the_threshold_also_when_it_is_changed(ws):
    spec = connect_table(ws, REQUEST, Table(FRAME, "f"))
    document = refresh(ws, "shop")
    assert_measured(document, 0.2)
    in_memory = monitor_frame(REQUEST, Table(FRAME, "f")).document
    assert_measured(in_memory, 0.2)
    for threshold in (0.35, None):  # what was decided before is decided anew
        changed = adjust(ws, "shop", "eve", threshold=threshold)
        assert rows(ws, changed)["_prediction"].tolist() == decided(P, threshold or HALF).tolist()
        assert_measured(refresh(ws, "shop"), threshold or HALF)
    sentences = timeline(ws, "shop")["sentence"].tolist()
    assert sentences[-2:] == [
        "Settings changed: threshold 0.2 → 0.35",
        "Settings changed: threshold 0.35 → none",
    ]
    ingest_frame(ws, "shop", log(first=1000, n=CHUNK), "more")
    assert (rows(ws, spec)["_prediction"] == decided(rows(ws, spec)["_score_1"], spec.threshold)).all()


def test_arrays_are_compared_at_the_threshold():
    other = np.clip(P + 0.1, 0, 1)
    compared = compare_predictions(Y, P, other, "recall", classes=("no", "yes"), threshold=0.2)
    assert compared.difference.champion == recall_score(Y, decided(P, 0.2), pos_label="yes")
    assert compared.difference.challenger == recall_score(Y, decided(other, 0.2), pos_label="yes")


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        (replace(REQUEST, threshold=1.0), "no score"),
        (replace(REQUEST, columns=replace(ROLES, prediction="said")), "used as they are"),
        (
            replace(REQUEST, columns=RequestedRoles("x", prediction="p", exclude=("y",)), metric=None),
            "two classes",
        ),
        (
            replace(REQUEST, columns=RequestedRoles("y", prediction="said"), metric="accuracy"),
            "used as they are",
        ),
    ],
)
def test_a_threshold_that_could_decide_nothing_is_refused(request_, problem):
    with pytest.raises(DataError, match=problem):
        monitor_frame(request_, Table(FRAME.assign(said="no"), "f"))


def test_who_decides_is_said_only_where_nobody_said_it():
    spec = monitor_frame(REQUEST, Table(FRAME, "f")).plan.spec
    assert decision_notes(spec) == []
    (note,) = decision_notes(replace(spec, threshold=None))
    assert "above 0.5" in note
    assert "--threshold" in note


@pytest.mark.parametrize("name", ["recall@top5%", "precision@0.35"])
def test_a_metric_at_a_cut_of_its_own_is_judged_and_estimated(name):
    """The model's own threshold plays no part in it."""
    request = replace(REQUEST, metric=name, threshold=0.5)
    document = monitor_frame(request, Table(FRAME, "f")).document
    assert document["metric"] == name
    for at, chunk in enumerate(document["chunks"]):
        part = slice(at * CHUNK, (at + 1) * CHUNK)
        p, case = P[part], Y[part] == "yes"
        above = p >= np.sort(p)[-CHUNK // 20] if "top" in name else p >= 0.35
        value = (case & above).sum() / (case if "recall" in name else above).sum()
        assert chunk["realised"][name]["value"] == pytest.approx(value, abs=0.02)
        assert chunk["estimated"][name]["low"] < value < chunk["estimated"][name]["high"]
    assert document["tolerance"] == 0.02
