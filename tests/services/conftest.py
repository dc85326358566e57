"""A home without anything in it."""

import pytest

from core.settings import Settings
from core.store.workspace import open_workspace


@pytest.fixture
def ws(tmp_path):
    opened = open_workspace(Settings(home=tmp_path))
    yield opened
    opened.engine.dispose()
