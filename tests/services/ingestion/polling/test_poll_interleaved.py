"""Broken here: what is known in the end depends on the order of deliveries, looks and power cuts."""

import shutil
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.services.dataset import rows
from core.services.ingestion import delivery_log, ingest, sources
from core.services.ingestion.polling import poll, poll_files, poll_table
from core.services.onboarding.connect_model import list_models
from core.settings import Settings
from core.store.workspace import open_workspace
from tests.services.ingestion.test_ingest import connected, csv, month

FEB, MARCH, APRIL = month(2, 100), month(3, 200), month(4, 300)
CRASHES = 12


class PowerCut(BaseException):
    """The machine is gone: nothing catches this."""


def table(folder, frame, first):
    with closing(sqlite3.connect(folder / "shop.db")) as connection, connection:
        marks = [first + i // 4 for i in range(len(frame))]
        frame.assign(at=marks).to_sql("orders", connection, if_exists="append", index=False)


DELIVERIES = {
    "february": lambda folder: csv(folder / "log", FEB.drop(columns="y").assign(x=0.0), "feb.csv"),
    "corrected": lambda folder: csv(folder / "log", FEB.drop(columns="y"), "feb.csv"),
    "march": lambda folder: csv(folder / "log", MARCH.drop(columns="y"), "mar.csv"),
    "labels": lambda folder: csv(folder / "labels", FEB[["id", "y"]].head(20), "feb.csv"),
    "more labels": lambda folder: csv(folder / "labels", MARCH[["id", "y"]], "mar.csv"),
    "bad": lambda folder: csv(folder / "log", MARCH.assign(p=7), "bad.csv"),
    "table": lambda folder: table(folder, APRIL.iloc[:12], 0),
    "more table": lambda folder: table(folder, APRIL.iloc[12:20], 2),
    "late table": lambda folder: table(folder, APRIL.iloc[20:], 4),
}
IN_ORDER = (("february", "corrected"), ("table", "more table", "late table"))


@st.composite
def histories(draw):
    """Deliveries in any order (corrections after what they correct), looks between them, each cut or not."""
    order = draw(st.permutations(sorted(DELIVERIES)))
    for fixed in IN_ORDER:
        places = sorted(order.index(name) for name in fixed)
        for place, name in zip(places, fixed, strict=True):
            order[place] = name
    look = st.tuples(st.integers(0, 2), st.none() | st.integers(0, CRASHES))
    return [(name, draw(st.lists(look, max_size=2))) for name in order]


@pytest.fixture(scope="module")
def prepared():
    with TemporaryDirectory() as folder:
        start = Path(folder)
        connected(start / "home")[0].engine.dispose()
        yield start / "home"


def world(folder, prepared):
    for name in ("log", "labels"):
        (folder / name).mkdir()
    shutil.copytree(prepared, folder / "home")
    with closing(sqlite3.connect(folder / "shop.db")) as connection, connection:
        april = APRIL.assign(at=0).head(0)
        april.to_sql("orders", connection, index=False)
    ws = open_workspace(Settings(home=folder / "home", connections={"shop": f"sqlite:///{folder}/shop.db"}))
    added = [
        sources.add(ws, "shop", str(folder / "log"), by="Ada"),
        sources.add(ws, "shop", str(folder / "labels"), "labels", by="Ada"),
        sources.add(ws, "shop", "sql:shop/orders", watermark_column="at", look_back=1, by="Ada"),
    ]
    return ws, [each.id for each in added]


def cut_after(calls):
    """Patches that cut the power before or after the so-many-th thing that is written."""
    left = [calls]

    def failing(write):
        def tried(*args, **more):
            left[0] -= 1
            if left[0] == 0:
                raise PowerCut
            done = write(*args, **more)
            left[0] -= 1
            if left[0] == 0:
                raise PowerCut
            return done

        return tried

    stack = ExitStack()
    for module, name in (
        (ingest, "write_batch"),
        (ingest.batches, "add"),
        (ingest.audit, "add"),
        (poll_files.sources, "know"),
        (poll_table.sources, "advance"),
        (poll.rows, "record_poll"),
    ):
        stack.enter_context(patch.object(module, name, failing(getattr(module, name))))
    return stack


def look(ws, source, cut):
    try:
        with cut_after(-1 if cut is None else cut + 1):
            poll.poll(ws, source)
    except PowerCut:
        pass


def known(ws):
    [spec] = list_models(ws)
    frame = rows(ws, spec).sort_values("_id", ignore_index=True)
    return frame.drop(columns=["_seq"]).to_csv(index=False)


@pytest.fixture(scope="module")
def expected(prepared):
    """What holds when everything comes in order and nothing happens."""
    with TemporaryDirectory() as folder, patch.object(poll_files, "STILL_SECONDS", 0.0):
        ws, watched = world(Path(folder), prepared)
        for deliver in DELIVERIES.values():
            deliver(Path(folder))
            for source in watched:
                poll.poll(ws, source)
        yield known(ws)
        ws.engine.dispose()


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(history=histories())
def test_any_order_of_deliveries_looks_and_power_cuts_ends_the_same(prepared, expected, history):
    with (
        TemporaryDirectory() as folder,
        patch.object(poll_files, "STILL_SECONDS", 0.0),
        patch.object(poll_table, "BLOCK", 7),
    ):
        ws, watched = world(Path(folder), prepared)
        for name, looks in history:
            DELIVERIES[name](Path(folder))
            for which, cut in looks:
                look(ws, watched[which], cut)
        for source in [*watched, *watched]:
            poll.poll(ws, source)
        assert [poll.poll(ws, source) for source in watched] == [[], [], []]
        assert known(ws) == expected
        told = [each.name for each in delivery_log.list_deliveries(ws, "shop") if each.outcome == "refused"]
        assert told.count("bad.csv") == 1
        ws.engine.dispose()
