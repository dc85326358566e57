"""A home as a Caretaker with tables 0004 left it: lists of rows in one cell of a holdout and a revision.

The rows of its database were written by that Caretaker (`old_homes/*.sql`), beside them stands what it said
of them (`old_homes/*.json`, made by `summarize` there); the lake is that of `tests.services.retrain_world`.
"""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from alembic import command
from sqlalchemy import text

from core.lake import prediction_cache
from core.services.annotation import revise
from core.services.experiments import compare, comparison_inputs, retrain
from core.services.experiments.new_since_champion import since
from core.services.experiments.trial_data import Frozen, load
from core.services.operations import export, history
from core.settings import Settings
from core.store import models
from core.store.engine import open_engine, reading
from core.store.migrate import config
from core.training.fingerprint import digest
from tests.services.retrain_world import NAME, make, make_numbers

FOLDER = Path(__file__).parent / "old_homes"
MAKE = {"classes": make, "numbers": make_numbers}
TABLES = "0004"
LEARNT = {"classes": 2, "numbers": 1}
"""The revision to learn from: with corrections where that Caretaker could, which of numbers it could not."""


def expected(kind):
    """What the old Caretaker said of this home."""
    return json.loads((FOLDER / f"{TABLES}_{kind}.json").read_text())


def old_home(kind, home, database_url=""):
    """Settings of a home that was not opened since."""
    ws, spec = MAKE[kind](home)
    ids = [f"r{n}" for n in range(900, 1100)]
    outputs = np.linspace(0, 1, 200)
    decided = outputs
    if spec.classes:
        decided = (outputs > 0.5).astype(int)
        outputs = np.column_stack([1 - outputs, outputs])
    place = prediction_cache.path(ws.settings, spec, 1, "2")
    prediction_cache.write(place, prediction_cache.table(spec, ids, outputs, decided))
    ws.engine.dispose()
    (home / "caretaker.db").unlink()
    settings = Settings(home=home, database_url=database_url)
    fill(settings.database, kind)
    return settings


def fill(url, kind):
    """Make the old tables in an empty database, with the rows of the old home."""
    engine = open_engine(url)
    with engine.execution_options(write=True).begin() as connection:
        command.upgrade(config(connection), TABLES)
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
        for line in (FOLDER / f"{TABLES}_{kind}.sql").read_text().splitlines():
            connection.exec_driver_sql(line.replace("%", "%%") if engine.dialect.name != "sqlite" else line)
        if connection.dialect.name == "postgresql":
            for table in ("holdout", "revision", "audit"):
                last = f"(SELECT max(id) FROM {table})"
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})"))
    engine.dispose()


def summarize(ws, kind):
    """What is said of a home by everything that reads its holdouts and revisions, as JSON."""
    with reading(ws.engine) as session:
        spec = models.spec(session, NAME)
    inputs = comparison_inputs.read_inputs(ws, comparison_inputs.pair(ws, NAME, "1"))
    data = load(ws, spec, Frozen(LEARNT[kind], 1, upto=2, as_of="2026-01-01T00:00:00"))
    newest = revise.latest(ws, NAME)
    leaderboard = retrain.leaderboard(ws, NAME).drop(columns=["refit_of", "data"])  # later columns
    again = revise.cut(ws, NAME, "somebody")
    said = {
        "inputs": {
            "ids": digest(list(inputs.rows["_id"])),
            "given": digest(list(inputs.given_labels)),
            "corrected": digest(list(inputs.corrected)),
            "settled": sorted(inputs.settled),
            "labels": compare._labels(inputs),
            "holdout": inputs.pair.holdout.keys_hash,
        },
        "sent": compare.send_disagreements(ws, NAME, "1", by="eve"),
        "data": [data.fingerprint, digest(list(data.holdout_rows["_id"])), len(data.training.rows)],
        "revision": [newest.id, newest.number, newest.content_hash, newest.corrections, again == newest],
        "since": asdict(since(ws, NAME)),
        "history": history.timeline(ws, NAME).astype(str).to_numpy().tolist(),
        "export": digest(export.table(ws, NAME, "revision").astype(str).to_numpy().tolist()),
        "leaderboard": digest(leaderboard.astype(str).to_numpy().tolist()),
    }
    return json.loads(json.dumps(said))
