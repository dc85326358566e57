"""Two homes and a folder with the files that a declaration names."""

import numpy as np
import pandas as pd
import pytest

from core.settings import Settings
from core.store.workspace import open_workspace


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    rows = 400
    labels = rng.choice(["yes", "no", "maybe"], rows)
    pd.DataFrame(
        {
            "customer": range(rows),
            "day": pd.date_range("2024-01-01", periods=rows // 4).repeat(4),
            "calls": rng.integers(0, 50, rows),
            "plan": rng.choice(["small", "large"], rows),
            "said": np.where(rng.random(rows) < 0.8, labels, "no"),
            "churned": labels,
        }
    ).to_csv(tmp_path / "log.csv", index=False)
    (tmp_path / "incoming").mkdir()
    return tmp_path


@pytest.fixture
def homes(folder):
    """Opens a home by its name; closed at the end."""
    opened = []

    def open_home(name="home"):
        told = {"ops": "json://127.0.0.1:9", "eve": "json://127.0.0.1:9"}
        opened.append(open_workspace(Settings(home=folder / name, alert_destinations=told)))
        return opened[-1]

    yield open_home
    for ws in opened:
        ws.engine.dispose()
