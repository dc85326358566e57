"""Broken here: a room tells of verbs that it does not have."""

import pkgutil
import re
from importlib import import_module

import pytest

from core import services

ROOMS = sorted(room.name for room in pkgutil.walk_packages(services.__path__, "core.services.") if room.ispkg)
VERB = re.compile(r"`([a-z_]+)\.([a-z_]+)`")


@pytest.mark.parametrize("room", ROOMS)
def test_the_verbs_that_a_room_lists_are_there(room):
    text = import_module(room).__doc__ or ""
    verbs = [pair for pair in VERB.findall(text) if pair[1] != "py"]
    assert verbs
    for module, verb in verbs:
        assert callable(getattr(import_module(f"{room}.{module}"), verb))
