"""Broken here: a model is connected with the wrong rows, twice, or only by half."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError, SchemaError
from core.services.dataset import rows
from core.services.ingestion.ingest import ingest_frame
from core.services.onboarding import connect_model
from core.services.onboarding.connect_model import connect, connect_table, list_models
from core.services.onboarding.plan import ConnectRequest, plan, registry_version
from core.settings import Settings
from core.store.engine import reading
from core.store.experiments import deployments, trials
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles, UnsureRole
from core.tables.table import Table


def sales(count=240):
    """Half a year; the label follows x, every tenth row is an exact copy of the one before."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=count).round(2)
    frame = pd.DataFrame(
        {
            "id": range(count),
            "day": pd.date_range("2020-01-01", periods=count // 2).repeat(2),
            "x": x,
            "town": rng.choice(["Ulm", "Bonn"], count),
            "y": np.where(x + rng.normal(scale=0.3, size=count) > 0, "yes", "no"),
        }
    )
    frame.loc[10::10, ["x", "town", "y"]] = frame.loc[9 : count - 2 : 10, ["x", "town", "y"]].to_numpy()
    return Table(frame.astype({"x": float}), "sales.parquet")


WANTED = RequestedRoles(label="y", task="binary", time="day")
REQUEST = ConnectRequest(
    "shop", WANTED, train_until="2020-03-01", recipe="logistic_regression", chunk="month"
)
LOG_ONLY = ConnectRequest("shop", replace(WANTED, prediction="said"), chunk="month")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A model connected once, with its first champion."""
    ws = open_workspace(Settings(home=tmp_path_factory.mktemp("home")))
    spec = connect_table(ws, REQUEST, sales())
    yield ws, spec
    ws.engine.dispose()


def test_rows_before_the_date_train_the_first_champion_and_later_ones_are_its_log(trained):
    ws, spec = trained
    frame = rows(ws, spec)
    assert frame.loc[frame["_part"] == "training", "_time"].max() < pd.Timestamp("2020-03-01")
    assert frame.loc[frame["_part"] == "log", "_time"].min() == pd.Timestamp("2020-03-01")
    assert frame["_seq"].tolist() == list(range(240))
    assert (frame["_version"] == "1").all()
    assert frame[["_score_0", "_score_1"]].sum(axis=1).tolist() == pytest.approx([1.0] * 240)


def test_the_reference_is_honest_copies_are_judged_by_models_that_saw_neither(trained):
    ws, spec = trained
    frame = rows(ws, spec, part="training")
    twins = frame.groupby(["x", "town", "_label"])["_score_1"].agg(["size", "nunique"])
    assert (twins["size"] > 1).any()
    assert (twins["nunique"] == 1).all()


def test_the_first_champion_is_deployed_and_is_an_experiment(trained):
    ws, spec = trained
    with reading(ws.engine) as session:
        deployed, tried = deployments.champion(session, spec.id), trials.list_trials(session, spec.id)
    assert (deployed.kind, deployed.version, deployed.data_until) == ("first", "1", "2020-03-01T00:00:00")
    assert (tried[0].status, tried[0].version, tried[0].recipe) == ("trained", "1", "logistic_regression")
    assert tried[0].cv["roc_auc"]["value"] > 0.8


def test_connecting_again_with_the_same_rows_changes_nothing(trained):
    ws, spec = trained
    before = _tables(ws)
    assert connect_table(ws, REQUEST, sales()) == spec
    assert _tables(ws) == before


def test_a_name_is_not_given_to_other_data(trained):
    ws, _ = trained
    before = _tables(ws)
    with pytest.raises(DataError, match="exists already, with other data"):
        connect_table(ws, REQUEST, sales(200))
    assert _tables(ws) == before


def test_rows_without_predictions_are_scored_by_the_champion(trained):
    ws, _ = trained
    new = sales().frame.head(3).assign(id=[900, 901, 902], day=pd.Timestamp("2020-07-01"))
    ingest_frame(ws, "shop", new, "July")
    spec = list_models(ws)[0]
    frame = rows(ws, spec, chunks=["2020-07"])
    assert frame["_version"].tolist() == ["1"] * 3
    assert ((frame["_score_1"] > 0.5) == (frame["_prediction"] == "yes")).all()


def test_a_training_row_does_not_come_back_as_a_prediction(trained):
    ws, _ = trained
    with pytest.raises(SchemaError, match="already a row of the training data"):
        ingest_frame(ws, "shop", sales().frame.head(3), "again")


@pytest.mark.parametrize("crash", ["write_batch", "_store"])
def test_a_crash_in_the_middle_is_finished_by_the_next_call(tmp_path, monkeypatch, crash):
    ws = open_workspace(Settings(home=tmp_path))
    table = Table(sales().frame.assign(said="no"), "log")

    def die(*_args):
        raise OSError("killed")

    monkeypatch.setattr(connect_model, crash, die)
    with pytest.raises(OSError, match="killed"):
        connect_table(ws, LOG_ONLY, table)
    assert list_models(ws) == []
    monkeypatch.undo()
    spec = connect_table(ws, LOG_ONLY, table)
    assert list_models(ws) == [spec]
    assert len(rows(ws, spec)) == 240
    ws.engine.dispose()


def test_a_log_alone_has_the_first_quarter_of_its_chunks_as_reference():
    made = plan(LOG_ONLY, Table(sales().frame.assign(said="no"), "log"))
    assert made.spec.reference == ("2020-01", "2020-01")
    assert (len(made.training), len(made.log), made.spec.trained_until) == (0, 240, None)
    asked = replace(LOG_ONLY, reference=("2020-02-01", "2020-03-15"))
    assert plan(asked, Table(sales().frame.assign(said="no"), "log")).spec.reference == ("2020-02", "2020-03")


def test_a_champion_trained_here_has_scores_and_no_reason_says_that_the_log_has_none():
    """Of three classes accuracy was explained by a log without scores, whoever predicts."""
    three = Table(sales().frame.assign(y=["a", "b", "c"] * 80), "three")
    trained, logged = (
        next(reason for reason in plan(request, table).reasons if reason.startswith("The metric is accuracy"))
        for request, table in (
            (replace(REQUEST, columns=replace(WANTED, task="multiclass")), three),
            (
                replace(LOG_ONLY, columns=replace(LOG_ONLY.columns, task="multiclass")),
                Table(three.frame.assign(said="a"), "log"),
            ),
        )
    )
    assert "without scores" not in trained
    assert "without scores" in logged


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"train_until": None}, "Nothing says where predictions come from"),
        ({"train_until": "2019-01-01"}, "No row is training data"),
        ({"train_until": "2020-01-05"}, "too few to train on"),
        ({"name": "a/b"}, "cannot be a name"),
        ({"metric": "f7"}, "no metric 'f7'"),
        ({"tolerance": -1.0}, "cannot be held"),
        ({"tolerance": 0.0}, "cannot be held"),
        ({"tolerance": float("nan")}, "cannot be held"),
        ({"tolerance": float("inf")}, "cannot be held"),
        ({"tolerance": 2.0}, "all that .* can lose"),
        ({"label_delay_days": float("nan")}, "Labels cannot take nan days"),
        ({"label_delay_days": 1e9}, "Labels cannot take 1e\\+09 days"),
        ({"chunk": "fortnight"}, "not a chunk"),
        ({"columns": replace(WANTED, label="z")}, "missing column 'z'"),
        ({"columns": replace(WANTED, time="none")}, "column of dates"),
        ({"train_until": None, "model": "models:/shop"}, "does not name a registered model"),
    ],
)
def test_a_request_that_cannot_be_met_is_a_sentence(changes, said):
    with pytest.raises(DataError, match=said) as caught:
        plan(replace(REQUEST, **changes), sales())
    assert caught.value.hint


def test_a_role_that_is_not_safe_to_guess_is_asked_for():
    two = Table(sales().frame.assign(seen=pd.Timestamp("2020-01-01")), "two")
    with pytest.raises(UnsureRole):
        plan(replace(REQUEST, columns=replace(WANTED, time=None)), two)


def test_stray_words_in_the_first_file_are_named(tmp_path):
    path = tmp_path / "sales.csv"
    frame = sales().frame.astype({"x": object, "day": object})
    frame.loc[6:17, "x"] = "oops"
    frame.loc[20, "day"] = "soon"
    frame.to_csv(path, index=False)
    ws = open_workspace(Settings(home=tmp_path / "home"))
    before = _tables(ws)
    with pytest.raises(SchemaError, match=r"sales\.csv: column 'x', row 7 \(line 8 of the file\): 'oops'"):
        connect(ws, replace(REQUEST, data=Path(path)))
    assert _tables(ws) == before
    ws.engine.dispose()


def test_a_version_of_a_registered_model_can_be_named():
    assert registry_version("models:/churn/7") == ("churn", "7")


def _tables(ws):
    connection = sqlite3.connect(ws.settings.database.removeprefix("sqlite:///"))
    tables = list(connection.iterdump())
    connection.close()
    return tables, sorted(map(str, ws.settings.lake.rglob("*")))
