"""Broken here: rows are missing after a delivery, and nobody is told which and why."""

import json

import duckdb
import numpy as np
import pandas as pd
import pytest

from core.cli import say
from core.errors import DataError
from core.lake.remotes.sources import read_table
from core.services.dataset import rows
from core.services.ingestion import delivery_log, delivery_status, receive_delivery
from core.services.ingestion.ingest import ingest, ingest_tables
from core.services.onboarding.draft.read_upload import first_table
from core.services.onboarding.plan import ConnectRequest, plan
from core.settings import Settings
from core.store import audit
from core.store.engine import reading
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table
from tests.services.ingestion.test_ingest import connected, csv, month


@pytest.fixture
def shop(tmp_path):
    ws, spec = connected(tmp_path / "home", id="id")
    yield ws, spec, tmp_path
    ws.engine.dispose()


def test_the_delivery_line_says_what_was_left_out(shop):
    ws, spec, folder = shop
    frame = month(2, 100, 60)
    frame.loc[[3, 40], "p"] = np.nan
    frame.loc[7, "p"] = 1.0000001
    [report] = ingest(ws, "shop", [csv(folder, frame)])
    assert (report.rows, report.new, report.left_out.rows, report.left_out.clipped) == (58, 58, 2, 1)
    assert rows(ws, spec, chunks=["2020-02", "2020-03"])["_score_1"].max() == 1.0
    line = delivery_log.list_deliveries(ws, "shop", 1)[0]
    assert (line.outcome, line.rows, line.left_out, line.clipped) == ("taken", 58, 2, 1)
    assert line.listed[0] == {
        "row": 4,
        "where": "row 4 (line 5 of the file)",
        "column": "p",
        "reason": "the probability is missing",
    }
    assert line.message.startswith("2 of 60 rows were left out: column 'p', row 4 (line 5 of the file)")
    with reading(ws.engine) as session:
        kept = audit.entries(session, spec.id)[0].body
    assert json.loads(json.dumps(kept))["left_out"]["rows"] == 2


def test_rows_that_were_left_out_come_when_they_are_corrected(shop):
    ws, spec, folder = shop
    frame = month(2, 100, 28)
    ingest(ws, "shop", [csv(folder, frame.assign(p=frame["p"].where(frame["id"] != 105)))])
    [report] = ingest(ws, "shop", [csv(folder, frame, "again.csv")])
    assert (report.new, report.replaced, report.left_out.rows) == (1, 27, 0)
    assert len(rows(ws, spec, chunks=["2020-02"])) == 28


def test_one_row_that_moved_is_left_out_and_the_others_are_taken(shop):
    ws, _, folder = shop
    ingest(ws, "shop", [csv(folder, month(2, 100, 28))])
    frame = month(2, 100, 28).assign(x=5.5)
    frame.loc[4, "day"] = "2020-05-01"
    [report] = ingest(ws, "shop", [csv(folder, frame, "again.csv")])
    assert (report.replaced, report.left_out.rows, report.chunks) == (27, 1, ("2020-02",))
    assert "'104': this row arrived before with a time in another chunk" in report.left_out.message


def test_connecting_says_what_was_left_out(tmp_path):
    frame = month(1, 0, 200)
    frame.loc[5, "p"] = np.nan
    request = ConnectRequest(
        "shop", RequestedRoles(label="y", id="id", time="day", score="p", positive="yes"), chunk="month"
    )
    made = plan(request, Table(frame, "first.csv"))
    assert (len(made.log), made.left_out.rows) == (199, 1)
    assert made.notes[0].startswith(
        "1 of 200 rows was left out: column 'p', row 6: the probability is missing"
    )
    ws, _ = connected(tmp_path, id="id")
    assert delivery_log.list_deliveries(ws, "shop", 1)[0].left_out == 0
    ws.engine.dispose()


def test_a_backfill_replaces_its_month_and_leaves_the_others_alone(shop):
    ws, spec, _ = shop
    log = pd.concat([month(5, 500), month(7, 700)], ignore_index=True)
    ingest_tables(ws, "shop", [Table(log, "log.csv")], "predictions")
    july = rows(ws, spec, chunks=["2020-07"])
    [report] = ingest_tables(ws, "shop", [Table(month(5, 500, x=9.5), "backfill.csv")], "predictions")
    assert (report.new, report.replaced) == (0, 30)
    assert set(rows(ws, spec, chunks=["2020-05"])["x"]) == {9.5}
    pd.testing.assert_frame_equal(rows(ws, spec, chunks=["2020-07"]), july)


def columns_of_a_warehouse(count=300):
    """Rows of a DuckDB table with the types that programs of our time write."""
    return (
        "CREATE TABLE log AS SELECT i AS id, TIMESTAMPTZ '2020-01-01 00:00:00+01' + INTERVAL (i) HOUR AS t, "
        "CAST((i * 37 % 100) / 100.0 AS DECIMAL(18, 4)) AS x, i * 37 % 100 >= 50 AS y, "
        "CAST((i * 37 % 100) / 100.0 + 0.00031 AS DECIMAL(9, 5)) AS score, "
        "CAST(i * 1.01 AS DECIMAL(38, 10)) AS amount, CAST('{\"a\": 1}' AS JSON) AS extra, [1, 2] AS lst "
        f"FROM range({count}) AS rows(i)"
    )


@pytest.mark.parametrize("exclude", [(), ("extra", "lst")])
def test_a_list_column_that_is_not_needed_refuses_nothing_and_decimals_are_exact(tmp_path, exclude):
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        connection.execute(columns_of_a_warehouse())
    url = f"duckdb:///{tmp_path / 'shop.duckdb'}"
    ws = open_workspace(Settings(home=tmp_path / "home", connections={"shop": url}))
    wanted = RequestedRoles(
        label="y", id="id", time="t", score="score", positive="true", task="binary", exclude=exclude
    )
    made = plan(ConnectRequest("shop", wanted, chunk="day"), first_table(ws.settings, "sql:shop/log"))
    said = [reason for reason in made.reasons if "'lst' holds lists or records" in reason]
    assert len(said) == (0 if exclude else 1)
    assert made.log["_score_1"].head(3).tolist() == [0.00031, 0.37031, 0.74031]
    assert made.log["amount"].head(3).tolist() == [0.0, 1.01, 2.02]
    assert made.log["_time"].iloc[0] == pd.Timestamp("2019-12-31 23:00")
    assert made.log["_label"].head(2).tolist() == ["false", "false"]
    assert (len(made.log), made.left_out.rows) == (300, 0)
    ws.engine.dispose()


def test_true_and_false_with_blanks_are_classes(tmp_path):
    frame = month(1, 0, 100).assign(y=lambda f: (f["p"] > 0.5).map({True: "True", False: "False"}))
    frame["pred"] = frame["y"].str.upper()
    frame.loc[::20, "y"] = ""
    wanted = RequestedRoles(label="y", id="id", time="day", prediction="pred", exclude=("p",))
    csv(tmp_path, frame, "bool.csv")
    made = plan(ConnectRequest("shop", wanted, chunk="month"), read_table(tmp_path / "bool.csv"))
    assert made.spec.classes == ("false", "true")
    assert (made.left_out.rows, made.log["_label"].isna().sum()) == (0, 5)
    known = made.log[made.log["_label"].notna()]
    assert (known["_label"] == known["_prediction"]).all()


def test_a_delivery_over_http_says_what_was_left_out(shop):
    ws, _, folder = shop
    frame = month(2, 100, 28)
    frame.loc[3, "p"] = np.nan
    path = csv(folder, frame)
    rows_seen = receive_delivery.check(
        ws, "shop", receive_delivery.Body(path, "ab" * 32), "predictions", "token t"
    )
    assert rows_seen == 28
    ingest_tables(
        ws, "shop", [Table(frame, "batch.csv", sha256="ab" * 32)], "predictions", door="http", by="token t"
    )
    found = delivery_status.find_status(ws, "shop", delivery_status.delivery_name("predictions", "ab" * 32))
    assert found is not None
    assert (found.state, found.rows, found.left_out, found.clipped) == ("taken", 27, 1, 0)
    assert found.listed[0]["row"] == 4
    assert "1 of 28 rows was left out" in found.message


def test_the_command_line_lists_the_rows(capsys):
    listed = [
        {"row": at, "where": f"row {at}", "column": "p", "reason": "the probability is missing"}
        for at in range(1, 13)
    ]
    say.left_out(
        {"rows": 15, "message": "15 of 300 rows were left out.", "hint": "Correct.", "listed": listed}
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "15 of 300 rows were left out. Correct.",
        "- row 1, column 'p': the probability is missing",
    ]
    assert lines[-1] == "- and 5 more; `--format json` lists the first 100."
    say.left_out({"rows": 0, "message": "", "hint": "", "listed": []})
    assert not capsys.readouterr().out


def test_columns_of_answers_that_are_blank_in_every_row_are_a_file_without_answers(shop):
    ws, _, folder = shop
    with pytest.raises(DataError, match="The file has no predictions, and there is no model in production"):
        ingest(ws, "shop", [csv(folder, month(2, 100).assign(p=""))])
