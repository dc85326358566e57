"""A small model with a champion, and a registry in memory."""

import pytest

from tests.services.retrain_world import install, make


@pytest.fixture
def world(tmp_path, monkeypatch):
    ws, spec = make(tmp_path / "home", rows=450)
    return ws, spec, install(monkeypatch)
