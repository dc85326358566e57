"""Broken here: data came, and nobody can see that it did, or why it was not taken in."""

import pandas as pd
import pytest

from core.errors import DataError
from core.services.ingestion import delivery_log
from core.services.ingestion.ingest import ingest, ingest_frame, ingest_tables
from core.tables.table import Table
from tests.services.ingestion.test_ingest import connected, csv, month


@pytest.fixture
def shop(tmp_path):
    ws, _ = connected(tmp_path / "home")
    yield ws, tmp_path
    ws.engine.dispose()


def told(ws, count):
    return [(each.name, each.outcome) for each in delivery_log.list_deliveries(ws, "shop")[:count]]


def test_a_delivery_that_was_taken_in_says_what_came(shop):
    ws, folder = shop
    frame = pd.concat([month(2, 100), month(3, 200)])
    ingest(ws, "shop", [csv(folder, frame)], by="Ada", door="page")
    seen = delivery_log.list_deliveries(ws, "shop")[0]
    assert (seen.name, seen.outcome, seen.door, seen.person, seen.kind) == (
        "batch.csv",
        "taken",
        "page",
        "Ada",
        "predictions",
    )
    assert (seen.rows, seen.new, seen.replaced, seen.labelled) == (60, 60, 0, 60)
    assert (seen.first, seen.last) == ("2020-02", "2020-03")
    assert seen.batch_id is not None


def test_connecting_is_the_first_delivery(shop):
    ws, _ = shop
    [first] = delivery_log.list_deliveries(ws, "shop")
    assert (first.name, first.outcome, first.rows, first.door) == ("first.csv", "taken", 30, "command line")


def test_the_same_content_is_known_and_the_hint_is_kind(shop):
    ws, _ = shop
    ingest_frame(ws, "shop", month(2, 100), "one.csv", door="http")
    with pytest.raises(DataError):
        ingest_frame(ws, "shop", month(2, 100), "two.csv", door="http")
    known = delivery_log.list_deliveries(ws, "shop")[0]
    assert (known.outcome, known.rows, known.door, known.batch_id) == ("known", 0, "http", None)
    assert "nothing is lost" in known.hint


def test_of_several_files_each_line_says_whose_fault_it_was(shop):
    ws, folder = shop
    good, bad = csv(folder, month(3, 200), "good.csv"), csv(folder, month(2, 100, p=2.0), "bad.csv")
    with pytest.raises(DataError):
        ingest(ws, "shop", [good, bad])
    newest, before = delivery_log.list_deliveries(ws, "shop")[:2]
    assert (newest.name, newest.outcome) == ("bad.csv", "refused")
    assert "the scores 'p' lie between 2 and 2" in newest.message
    assert (before.name, before.outcome) == ("good.csv", "refused")
    assert "because bad.csv came with it" in before.message


def test_a_file_that_cannot_be_read_leaves_a_line_as_well(shop):
    ws, folder = shop
    (folder / "empty.csv").write_bytes(b"")
    with pytest.raises(DataError):
        ingest(ws, "shop", [csv(folder, month(3, 200)), folder / "empty.csv"])
    assert told(ws, 3) == [("empty.csv", "refused"), ("batch.csv", "refused"), ("first.csv", "taken")]


def test_what_is_done_within_the_transaction_happens_with_the_batch_or_not_at_all(shop):
    ws, _ = shop

    def power_cut(_session):
        raise RuntimeError("power cut")

    hooks = delivery_log.SourceHooks(power_cut, lambda _session, _error: True)
    with pytest.raises(RuntimeError, match="power cut"):
        ingest_tables(ws, "shop", [Table(month(2, 100), "cut.csv")], "predictions", hooks=hooks)
    assert told(ws, 9) == [("first.csv", "taken")]
    assert ingest_frame(ws, "shop", month(2, 100), "again.csv").new == 30
