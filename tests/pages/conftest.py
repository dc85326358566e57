"""A home with one small model, connected and checked as a person would do it, shared by all page tests."""

import shutil

import numpy as np
import pandas as pd
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core.services.deployment import promote
from core.services.deployment.views import DeploymentView
from core.services.experiments import compare, retrain
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.settings import PROJECT, Settings
from core.store.types import now
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table
from pages._shared import job_panel

NAME = "tiny"
ROWS = 400
DOCUMENT = {
    "champion": "1",
    "challenger": "2",
    "verdict": "better",
    "sentence": "The challenger is better: 0.80 → 0.90.",
    "metric": "roc_auc",
    "metric_label": "Ranking (AUC)",
    "corrected": {
        "roc_auc": {
            "champion": 0.8,
            "challenger": 0.9,
            "difference": 0.1,
            "low": 0.07,
            "high": 0.13,
            "p": 0.001,
        }
    },
    "holdout": {"rows": 200},
    "look": 1,
    "alpha": 0.03,
    "disagreements": 5,
    "reviewed": 0,
    "gates": [{"name": "schema", "passed": True, "detail": "fine"}],
    "ideas": [{"act": "recipe", "sentence": "Try the recipe Trees.", "detail": "extra_trees"}],
}


def log():
    """Predictions that are good at first and poor in the second half."""
    random = np.random.default_rng(0)
    size = random.normal(size=ROWS)
    truth = np.where(size + random.normal(scale=0.3, size=ROWS) > 0, "yes", "no")
    seen = np.where(np.arange(ROWS) < ROWS // 2, size, random.normal(size=ROWS))
    score = 1 / (1 + np.exp(-3 * seen))
    return pd.DataFrame(
        {
            "id": [f"row-{i}" for i in range(ROWS)],
            "size": size,
            "place": np.where(random.random(ROWS) < 0.5, "north", "south"),
            "label": truth,
            "prediction": np.where(score > 0.5, "yes", "no"),
            "score": score,
        }
    )


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """The home itself; tests get copies."""
    home = tmp_path_factory.mktemp("home")
    ws = open_workspace(Settings(home=home))
    wanted = RequestedRoles(
        label="label", task="binary", id="id", prediction="prediction", score="score", positive="yes",
        segments=("place",), item="record",
    )  # fmt: skip
    request = ConnectRequest(name=NAME, columns=wanted, chunk="50", note="Made up for a test.")
    connect_table(ws, request, Table(log(), "log.csv"))
    monitor.refresh(ws, NAME)
    ws.engine.dispose()
    return home


@pytest.fixture
def home(filled, tmp_path, monkeypatch):
    copy = tmp_path / "home"
    shutil.copytree(filled, copy)
    monkeypatch.setenv("CARETAKER_HOME", str(copy))
    return copy


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A fresh home, already welcomed, so that nothing starts by itself."""
    monkeypatch.setenv("CARETAKER_HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "run").mkdir(parents=True)
    (tmp_path / "home" / "run" / "welcomed").touch()
    return tmp_path / "home"


@pytest.fixture
def ws(home):
    workspace = open_workspace(Settings(home=home))
    yield workspace
    workspace.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def no_components():
    """Streamlit reads the metadata of every installed package at each start; none of ours is a component."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", list)
        yield


@pytest.fixture
def visit():
    """Open a page through the shell, as a browser does."""

    def go(page, **query):
        app = AppTest.from_file(PROJECT / "pages" / "_shell.py", default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        return app.switch_page(f"{page}.py").run()

    return go


@pytest.fixture
def compared(ws, monkeypatch):
    """A champion 1, a trained version 2, and their comparison; submitted jobs are collected."""
    champion = DeploymentView("1", None, "first", "first champion", "ann", now(), None)
    board = retrain.leaderboard(ws, "tiny")
    said = ["version", "status", "recipe", "value", "low", "high"]
    board.loc[0, said] = ["2", "trained", "extra_trees", 0.9, 0.88, 0.92]
    document, started = dict(DOCUMENT), []
    monkeypatch.setattr(promote, "champion", lambda _ws, _name: champion)
    monkeypatch.setattr(promote, "deployments", lambda _ws, _name: [champion])
    monkeypatch.setattr(retrain, "leaderboard", lambda _ws, _name: board)
    monkeypatch.setattr(compare, "latest", lambda _ws, _name, _challenger=None: document)
    monkeypatch.setattr(job_panel, "start", lambda _ws, job: started.append(job))
    return document, started


@pytest.fixture
def promoted(compared, monkeypatch):
    """Version 2 was promoted after that comparison; what is in production, and all that was before."""
    retrain.leaderboard(None, "")["at"] = pd.Series([now()], dtype=object)
    change = DeploymentView("2", "1", "promote", "better on the holdout", "eve", now(), None)
    history = [promote.champion(None, ""), change]
    monkeypatch.setattr(promote, "champion", lambda _ws, _name: history[-1])
    monkeypatch.setattr(promote, "deployments", lambda _ws, _name: history)
    return change
