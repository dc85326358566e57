"""A retraining whose worker is killed again and again ends exactly as one that nobody disturbed."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.jobs import foreground
from core.lake import prediction_cache
from core.services.experiments.jobs import Retrain
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store import models
from core.store.engine import reading
from core.store.experiments import holdouts, trials
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table

pytestmark = pytest.mark.processes
NAME = "shop"
RECIPES = ("extra_trees", "hist_gradient_boosting")
JOB = Retrain(model=NAME, by="eve", recipes=RECIPES)


def test_killed_at_every_stage_it_ends_like_an_undisturbed_one(desk: Any) -> None:
    undisturbed = Settings(home=desk.settings.home / "undisturbed")
    for settings in (undisturbed, desk.settings):
        connect(settings)
    before = registry(desk.settings)
    assert before == {"running": 0, "finished": 1, "versions": 1, "pending": 0}
    worker = start(desk)
    job = desk.submit(JOB)
    for stage in stages(desk.settings, job):
        desk.wait_for(stage)
        worker.kill()
        desk.wait_for(lambda: not processes(desk.settings.home), seconds=3)
        worker = start(desk)
    ended = desk.until(job, "done", "failed")
    assert ended.error is None
    assert not (desk.settings.run / "jobs" / job).exists()
    worker.kill()
    desk.wait_for(lambda: not processes(desk.settings.home), seconds=3)

    expected = foreground.run(undisturbed, JOB, lambda _done, _said: None)
    assert told(ended.result) == told(expected)
    for recipe in RECIPES:
        pd.testing.assert_frame_equal(answers(desk.settings, recipe), answers(undisturbed, recipe))
    # a run for each recipe, and the one that they stand below
    assert registry(desk.settings) == registry(undisturbed) == before | {"finished": 4, "versions": 3}


def start(desk: Any) -> Any:
    return desk.start("worker", module="core")


def stages(settings: Settings, job: str) -> list[Callable[[], bool]]:
    """When to kill: preparing, fitting the second recipe, logging a run, and when that is registered."""
    work = settings.run / "jobs" / job

    return [
        work.exists,
        lambda: len(list(work.glob("trial-*/done.json"))) == 1,
        lambda: registry(settings)["running"] == 1,
        lambda: registry(settings)["versions"] == 2,
    ]


def connect(settings: Settings) -> None:
    """A shop whose sales follow x; the first third trains the champion, the rest is its log."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=720)
    table = pd.DataFrame(
        {
            "id": range(len(x)),
            "day": pd.date_range("2020-01-01", periods=len(x) // 2).repeat(2),
            "x": x,
            "town": rng.choice(["Ulm", "Bonn"], len(x)),
            "y": np.where(x + rng.normal(scale=0.3, size=len(x)) > 0, "yes", "no"),
        }
    )
    wanted = RequestedRoles(label="y", task="binary", time="day")
    request = ConnectRequest(
        NAME, wanted, train_until="2020-05-01", recipe="logistic_regression", chunk="month"
    )
    ws = open_workspace(settings)
    connect_table(ws, request, Table(table, "sales.parquet"))
    ws.engine.dispose()


def registry(settings: Settings) -> dict[str, int]:
    """What a person sees in MLflow, counted where MLflow keeps it."""
    counts = {
        "running": "runs where status = 'RUNNING'",
        "finished": "runs where status = 'FINISHED'",
        "versions": "model_versions",
        "pending": "logged_models where status = 1 and lifecycle_stage = 'active'",
    }
    with closing(sqlite3.connect(settings.home / "mlflow.db", timeout=10)) as connection:
        return {
            name: connection.execute(f"select count(*) from {rows}").fetchone()[0]
            for name, rows in counts.items()
        }


def told(result: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The trials of a job, without what differs from run to run."""
    assert result is not None
    return [{key: each[key] for key in ("fingerprint", "recipe", "cv", "error")} for each in result["trials"]]


def answers(settings: Settings, recipe: str) -> pd.DataFrame:
    """What a recipe's version said about the holdout; one trial and one version of it exist."""
    ws = open_workspace(settings)
    with reading(ws.engine) as session:
        spec = models.spec(session, NAME)
        (trial,) = [each for each in trials.list_trials(session, spec.id) if each.recipe == recipe]
        holdout = holdouts.latest(session, spec.id)
        assert holdout is not None
        ids = list(holdouts.labels(session, holdout.id or 0))
    ws.engine.dispose()
    assert trial.status == "trained"
    found = prediction_cache.read(
        prediction_cache.path(settings, spec, holdout.id or 0, trial.version or ""),
        spec,
        ids,
    )
    assert found is not None
    return found


def processes(home: Path) -> list[str]:
    """The processes that work on this home, where the system tells (Linux)."""
    mark = f"CARETAKER_HOME={home}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0") and int(entry.name) != os.getpid():
                found.append(entry.name)
        except OSError:
            continue  # it ended, or it is somebody else's
    return found
