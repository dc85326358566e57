"""Broken here: a SQL table whose rows count twice, or never."""

import sqlite3
import threading
from contextlib import closing
from datetime import datetime, timedelta

import duckdb
import pandas as pd
import psycopg
import pytest

from core.errors import DataError
from core.services.dataset import rows
from core.services.ingestion import delivery_log, sources
from core.services.ingestion.polling import poll_table
from core.services.ingestion.polling.poll import poll
from core.settings import Settings
from core.store.workspace import Workspace, open_workspace
from tests.services.ingestion.test_ingest import connected, month

COLUMNS = ("id", "day", "x", "town", "p", "y", "at")
START = datetime(2024, 1, 1)


class Orders:
    """A table of any of the three databases that a test writes to."""

    def __init__(self, url, moment="TIMESTAMP"):
        self.url = url
        self.run(
            f'CREATE TABLE orders (id INTEGER, "day" TEXT, x DOUBLE PRECISION, town TEXT, '
            f'p DOUBLE PRECISION, y TEXT, "at" {moment}, _loaded TEXT)'
        )

    def run(self, *statements):
        """Each in a transaction of its own."""
        path = self.url.partition(":///")[2]
        for statement in statements:
            if self.url.startswith("sqlite"):
                with closing(sqlite3.connect(path)) as connection, connection:
                    connection.execute(statement)
            elif self.url.startswith("duckdb"):
                with duckdb.connect(path) as connection:
                    connection.execute(statement)
            else:
                with psycopg.connect(self.url, autocommit=True) as connection:
                    connection.execute(statement)

    def add(self, frame, at):
        """Rows whose watermark is `at`: one for all, or one each."""
        marks = [at] * len(frame) if isinstance(at, str | int | datetime) else list(at)
        values = ", ".join(
            "(" + ", ".join("NULL" if v is None else f"'{v}'" for v in [*row, mark]) + ")"
            for row, mark in zip(frame[list(COLUMNS[:-1])].itertuples(index=False), marks, strict=True)
        )
        named = ", ".join(f'"{name}"' for name in COLUMNS)
        self.run(f"INSERT INTO orders ({named}) VALUES {values}")


@pytest.fixture(params=["sqlite", "duckdb", "postgres"])
def url(request, tmp_path):
    if request.param == "postgres":
        return request.getfixturevalue("postgres")
    return f"{request.param}:///{tmp_path}/shop.{request.param}"


def opened(tmp_path, url):
    first, spec = connected(tmp_path / "home")
    settings = Settings(home=tmp_path / "home", connections={"shop": url})
    return Workspace(settings, first.engine), spec


@pytest.fixture
def shop(tmp_path, url):
    ws, spec = opened(tmp_path, url)
    yield ws, spec, Orders(url)
    ws.engine.dispose()


@pytest.fixture
def small(tmp_path):
    """An SQLite table whose watermark is a number."""
    url = f"sqlite:///{tmp_path}/shop.sqlite"
    ws, spec = opened(tmp_path, url)
    yield ws, spec, Orders(url, "INTEGER")
    ws.engine.dispose()


def watch(ws, **more):
    return sources.add(ws, "shop", "sql:shop/orders", watermark_column="at", by="Ada", **more).id


def counts(found):
    return [(each.outcome, each.new, each.replaced) for each in reversed(found)]


def test_rows_above_the_watermark_come_in_blocks_and_in_order(shop, monkeypatch):
    ws, spec, orders = shop
    monkeypatch.setattr(poll_table, "BLOCK", 40)
    orders.add(month(2, 100, 100), [START + timedelta(seconds=100 - i) for i in range(100)])
    source = watch(ws)
    assert counts(poll(ws, source)) == [("taken", 40, 0), ("taken", 40, 0), ("taken", 20, 0)]
    assert rows(ws, spec, chunks=["2020-02"])["_id"].tolist() == [str(i) for i in range(199, 99, -1)]
    assert poll(ws, source) == []
    orders.add(month(3, 200), START + timedelta(hours=1, microseconds=5))
    assert counts(poll(ws, source)) == [("taken", 30, 0)]
    [seen] = sources.list_sources(ws, "shop")
    assert seen.watermark.replace(" ", "T")[:26] == "2024-01-01T01:00:00.000005"
    assert (seen.rows, seen.taken) == (130, 4)


@pytest.mark.parametrize(
    ("kind", "look_back"), [("NUMERIC(30, 4)", 0.0), ("NUMERIC(38, 20)", 2.0), ("DOUBLE PRECISION", 0.0)]
)
def test_watermarks_with_more_digits_than_a_double_has_skip_no_row(tmp_path, url, kind, look_back):
    """A watermark was stored as a double: rounded up, it stood above rows that came later."""
    ws, spec = opened(tmp_path, url)
    orders, frame = Orders(url, kind), month(2, 100, 40)
    if kind == "NUMERIC(38, 20)":
        marks = [f"0.1234567890123456{at:04d}" for at in range(40)]
    elif kind == "DOUBLE PRECISION" or url.startswith("sqlite"):
        marks = [repr(0.1 + at * 2**-50) for at in range(40)]
    else:
        marks = [f"{2**53 + 1}.{at:02d}" for at in range(40)]
    source = watch(ws, look_back=look_back)
    for start in range(0, 40, 10):
        orders.add(frame.iloc[start : start + 10], marks[start : start + 10])
        assert counts(poll(ws, source)) == [("taken", 10, 0)]
        assert poll(ws, source) == []
    assert len(rows(ws, spec, chunks=["2020-02"])) == 40
    ws.engine.dispose()


def test_rows_at_the_same_watermark_that_come_later_are_not_lost(shop):
    ws, spec, orders = shop
    frame = month(2, 100, 90)
    source = watch(ws)
    for part in range(3):
        orders.add(frame.iloc[part::3], START)
        assert counts(poll(ws, source)) == [("taken", 30, 0)]
        assert poll(ws, source) == []
    assert len(rows(ws, spec, chunks=["2020-02"])) == 90


def test_many_rows_at_one_watermark_are_more_than_a_block(shop, monkeypatch):
    ws, spec, orders = shop
    monkeypatch.setattr(poll_table, "BLOCK", 25)
    orders.add(month(2, 100, 60), START)
    source = watch(ws)
    assert [new for _, new, _ in counts(poll(ws, source))] == [25, 25, 10]
    orders.add(month(3, 50, 30), START)
    poll(ws, source)
    assert len(rows(ws, spec)) == 120


def test_a_row_that_is_written_again_replaces_itself(shop):
    ws, spec, orders = shop
    orders.add(month(2, 100), START)
    source = watch(ws)
    poll(ws, source)
    later = START + timedelta(days=1)
    orders.run(
        "UPDATE orders SET x = 5.5 WHERE id < 110", f"UPDATE orders SET \"at\" = '{later}' WHERE id < 105"
    )
    assert counts(poll(ws, source)) == [("taken", 0, 10)]
    assert (rows(ws, spec, chunks=["2020-02"])["x"] == 5.5).sum() == 10


def test_late_rows_are_found_only_as_far_as_the_look_back(shop):
    ws, spec, orders = shop
    source = watch(ws, look_back=3600)
    orders.add(month(2, 100), START)
    poll(ws, source)
    orders.add(month(3, 200), START - timedelta(minutes=59))
    orders.add(month(4, 300), START - timedelta(minutes=61))
    assert counts(poll(ws, source)) == [("taken", 30, 0)]
    assert poll(ws, source) == []
    assert set(rows(ws, spec)["_chunk"]) == {"2020-01", "2020-02", "2020-03"}
    assert sources.list_sources(ws, "shop")[0].watermark.replace(" ", "T")[:19] == "2024-01-01T00:00:00"


def test_a_row_that_does_not_fit_is_left_out_and_comes_when_it_is_corrected(small):
    ws, spec, orders = small
    orders.add(month(2, 100), range(30))
    orders.run("UPDATE orders SET p = 7 WHERE id = 125")
    source = watch(ws)
    assert counts(poll(ws, source)) == [("taken", 29, 0)]
    [came] = delivery_log.list_deliveries(ws, "shop", 1)
    assert (came.left_out, [each["where"] for each in came.listed]) == (1, ["the row with at 25"])
    assert "the row with at 25: 7 is not a probability" in came.message
    orders.run('UPDATE orders SET p = 0.7, "at" = 30 WHERE id = 125')
    assert counts(poll(ws, source)) == [("taken", 1, 0)]
    assert len(rows(ws, spec)) == 60


def test_rows_that_do_not_fit_hold_their_block_until_they_are_corrected(small, monkeypatch):
    ws, spec, orders = small
    monkeypatch.setattr(poll_table, "BLOCK", 20)
    orders.add(month(2, 100), range(30))
    orders.run("UPDATE orders SET p = 1.005 WHERE id >= 125")
    source = watch(ws)
    assert counts(poll(ws, source)) == [("taken", 20, 0), ("refused", 0, 0)]
    message = delivery_log.list_deliveries(ws, "shop", 1)[0].message
    assert "the row with at 25: 1.005 is not a probability, and 5 of 10 rows are like that" in message
    assert poll(ws, source) == []
    [seen] = sources.list_sources(ws, "shop")
    assert (seen.watermark, seen.failures) == ("19", 2)
    assert "is not a probability" in seen.message
    orders.run("UPDATE orders SET p = 0.7 WHERE id >= 125")
    assert counts(poll(ws, source)) == [("taken", 10, 0)]
    assert sources.list_sources(ws, "shop")[0].message == ""
    assert len(rows(ws, spec)) == 60


def test_late_labels_come_from_a_table_of_their_own(small):
    ws, spec, orders = small
    orders.add(month(2, 100).assign(y=None), range(30))
    orders.run('CREATE VIEW outcomes AS SELECT id, \'yes\' AS y, "at" FROM orders WHERE "at" < 10')
    poll(ws, watch(ws))
    late = sources.add(ws, "shop", "sql:shop/outcomes", "labels", watermark_column="at", by="Ada")
    [seen] = poll(ws, late.id)
    assert (seen.kind, seen.labelled) == ("labels", 10)
    assert rows(ws, spec, chunks=["2020-02"])["_label"].notna().sum() == 10


def test_two_pollers_at_once_take_every_row_in_once(small, monkeypatch):
    ws, spec, orders = small
    monkeypatch.setattr(poll_table, "BLOCK", 10)
    orders.add(month(2, 100, 60), range(60))
    source = watch(ws)
    others = [open_workspace(ws.settings) for _ in range(2)]
    threads = [threading.Thread(target=poll, args=(other, source)) for other in others]
    [each.start() for each in threads]
    [each.join() for each in threads]
    [other.engine.dispose() for other in others]
    assert [each.new for each in delivery_log.list_deliveries(ws, "shop")][:-1] == [10] * 6
    assert len(rows(ws, spec)) == 90


@pytest.mark.parametrize(
    ("address", "column", "said"),
    [
        ("sql:shop/orders", None, "needs a watermark column"),
        ("sql:shop/orders", "att", "no watermark column 'att'"),
        ("sql:shop/order", "at", "no table 'order'"),
        ("sql:stop/orders", "at", "no connection 'stop'"),
    ],
)
def test_a_table_that_cannot_be_followed_is_a_sentence(small, address, column, said):
    ws, _, _ = small
    with pytest.raises(DataError, match=said) as caught:
        sources.add(ws, "shop", address, watermark_column=column, by="Ada")
    assert caught.value.hint


def test_a_text_cannot_be_looked_back_from(small):
    ws, _, orders = small
    orders.add(month(2, 100), range(30))
    with pytest.raises(DataError, match="neither a number nor a moment"):
        sources.add(ws, "shop", "sql:shop/orders", watermark_column="town", look_back=5, by="Ada")


def test_rows_without_a_watermark_wait_until_they_have_one(small):
    ws, spec, orders = small
    orders.add(month(2, 100), [None] * 10 + list(range(20)))
    source = watch(ws)
    assert counts(poll(ws, source)) == [("taken", 20, 0)]
    orders.run('UPDATE orders SET "at" = 50 WHERE "at" IS NULL')
    assert counts(poll(ws, source)) == [("taken", 10, 0)]
    assert pd.Series(rows(ws, spec)["_id"]).is_unique
