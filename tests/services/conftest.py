"""A home without anything in it, and a registry that need not be made anew for each test."""

import pytest

from core.registry import store
from core.settings import Settings
from core.store.workspace import open_workspace


@pytest.fixture
def ws(tmp_path):
    opened = open_workspace(Settings(home=tmp_path))
    yield opened
    opened.engine.dispose()


@pytest.fixture(scope="module")
def registry_file(tmp_path_factory):
    """The database of an empty registry, to be copied: making one takes seconds."""
    home = tmp_path_factory.mktemp("registry")
    store.client(Settings(home=home))
    return home / "mlflow.db"
