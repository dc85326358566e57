"""Sources whose worker is killed again and again end exactly as ones that nobody disturbed."""

import json
import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest

from core.jobs import client
from core.services.dataset import rows
from core.services.ingestion import delivery_log, sources
from core.services.ingestion.polling.poll import poll
from core.services.monitoring.monitor import health
from core.services.onboarding.connect_model import list_models
from core.settings import Settings
from core.store.workspace import Workspace, open_workspace
from tests.services.ingestion.test_ingest import connected, csv, month

pytestmark = pytest.mark.processes
KILLS = 3


def fill(folder: Any) -> None:
    """A folder with files of eight months, and a table with the rows of three more at few watermarks."""
    (folder / "drop").mkdir()
    for number in range(2, 10):
        csv(folder / "drop", month(number, 1000 * number, 300), f"{number}.csv")
    with closing(sqlite3.connect(folder / "shop.db")) as connection, connection:
        for number in range(10, 13):
            frame = month(number, 1000 * number, 900).assign(at=[i // 50 for i in range(900)])
            frame["at"] += 18 * number
            frame.to_sql("orders", connection, if_exists="append", index=False)


def watched(home: Any, folder: Any) -> Workspace:
    """A home whose two sources are due."""
    connected(home)[0].engine.dispose()
    ws = open_workspace(Settings(home=home, connections={"shop": f"sqlite:///{folder}/shop.db"}))
    sources.add(ws, "shop", str(folder / "drop"), every_seconds=5, by="Ada")
    sources.add(ws, "shop", "sql:shop/orders", watermark_column="at", every_seconds=5, by="Ada")
    return ws


def state(ws: Workspace) -> Any:
    """Everything that came, as the pages would say it."""
    [spec] = list_models(ws)
    frame = rows(ws, spec).sort_values("_id").drop(columns=["_seq"])
    told = sorted(
        (each.name, each.outcome, each.rows, each.new)
        for each in delivery_log.list_deliveries(ws, "shop", 500)
    )
    return frame.to_csv(index=False), told


def test_killed_again_and_again_every_row_counts_once(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = desk.settings.home
    fill(folder)
    undisturbed = watched(folder / "undisturbed", folder)
    for each in sources.list_sources(undisturbed, "shop"):
        poll(undisturbed, each.id)
    expected = state(undisturbed)
    undisturbed.engine.dispose()

    connections = {"shop": f"sqlite:///{folder}/shop.db"}
    monkeypatch.setenv("CARETAKER_CONNECTIONS", json.dumps(connections))
    ws = watched(folder, folder)
    worker = desk.start(module="core.worker")
    for kill in range(KILLS):
        seen = len(delivery_log.list_deliveries(ws, "shop", 500))
        desk.wait_for(
            lambda seen=seen: len(delivery_log.list_deliveries(ws, "shop", 500)) > seen or both_polled(ws)
        )
        time.sleep(0.02 * kill)
        worker.kill()
        worker.wait()
        worker = desk.start(module="core.worker")
    desk.wait_for(lambda: both_polled(ws) and health(ws, "shop") is not None)
    assert state(ws) == expected
    polls = [job for job in client.recent_jobs(desk.settings, 50) if job.kind == "poll"]
    assert len([job for job in polls if job.state in {"queued", "running"}]) <= 2
    ws.engine.dispose()


def both_polled(ws: Workspace) -> bool:
    return all(each.polled_at is not None for each in sources.list_sources(ws, "shop"))
