"""Broken here: a program hears "500" and cannot know whether to correct the rows or to send them again."""

import errno
import json
import sqlite3
from contextlib import closing

import pytest

from core.services.ingestion import delivery_status, receive_delivery
from core.store import engine
from tests.api.shop.sales import csv, sales, spec

HUGE = 10**400


@pytest.mark.parametrize(("column", "value"), [("x", HUGE), ("x", -HUGE), ("p", HUGE), ("day", HUGE)])
@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson"])
def test_a_number_that_no_column_can_hold_is_named_with_its_cell(column, value, kind, send):
    rows = sales(100).to_dict("records")
    for row in rows[3:13]:  # one would be left out and listed
        row[column] = value
    body = json.dumps(rows) if kind == "application/json" else "\n".join(map(json.dumps, rows))
    answer = send(body.encode(), kind)
    assert answer.status_code == 422
    assert repr(column) in answer.json()["message"]
    if column != "p":  # probabilities so far off are another scale, whatever the row
        assert (answer.json()["column"], answer.json()["row"]) == (column, 4)


def test_digits_without_end_are_named_with_their_cell(send):
    rows = sales(100).to_dict("records")
    for row in rows[:10]:
        row["x"] = 12345
    body = json.dumps(rows).replace("12345", "9" * 5000)
    answer = send(body.encode(), "application/json")
    assert answer.status_code == 422
    assert answer.json()["column"] == "x"


def test_an_id_longer_than_64_bits_keeps_every_digit(ws, jobs, send):
    from core.services.dataset import rows

    sent = sales(100).to_dict("records")
    sent[0]["id"] = 2**70 + 1
    assert send(json.dumps(sent).encode(), "application/json").status_code == 202
    jobs.work(ws.settings)
    assert str(2**70 + 1) in set(rows(ws, spec(ws))["_id"])


def test_a_full_disk_is_said_and_leaves_nothing_behind(ws, send, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(receive_delivery, "_settle", full)
    answer = send(csv(sales(100)))
    assert answer.status_code == 507
    assert f"The disk of {ws.settings.home} is full" in answer.json()["message"]
    assert not list(delivery_status.halves(ws.settings).glob("*"))


def test_a_damaged_file_of_the_lake_is_a_503_that_names_it(ws, send):
    for file in ws.settings.lake.rglob("*.parquet"):
        file.write_bytes(file.read_bytes()[:100])
    answer = send(csv(sales(100)))
    assert answer.status_code == 503
    assert "of the lake is damaged" in answer.json()["message"]


def test_a_locked_database_is_a_503_to_try_again(ws, send, monkeypatch):
    monkeypatch.setattr(engine, "FILE_SECONDS", 0.05)
    ws.engine.dispose()
    bad = sales(100, x="many")  # a refusal is written down
    with closing(sqlite3.connect(ws.settings.home / "caretaker.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = send(csv(bad))
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    assert "held by another process" in answer.json()["message"]


def test_a_damaged_database_is_a_503_that_names_it(ws, client, secret):
    ws.engine.dispose()
    (ws.settings.home / "caretaker.db").write_bytes(b"garbage " * 512)
    for ending in ("-wal", "-shm"):
        (ws.settings.home / f"caretaker.db{ending}").unlink(missing_ok=True)
    answer = client.get("/api/v1/models/shop/health", headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 503
    assert "caretaker.db is damaged" in answer.json()["message"]
    assert client.get("/healthz").status_code == 503
