"""Broken here: a room tells of verbs that it does not have, or becomes a floor of files again."""

import pkgutil
import re
from importlib import import_module

import pytest

from core import services

MOST_FILES = 15
ROOMS = sorted(room.name for room in pkgutil.walk_packages(services.__path__, "core.services.") if room.ispkg)
VERB = re.compile(r"`([a-z_]+)\.([a-z_]+)`")


@pytest.mark.parametrize("room", ROOMS)
def test_the_verbs_that_a_room_lists_are_there(room):
    text = import_module(room).__doc__ or ""
    verbs = [pair for pair in VERB.findall(text) if pair[1] != "py"]
    assert verbs
    for module, verb in verbs:
        assert callable(getattr(import_module(f"{room}.{module}"), verb))


@pytest.mark.parametrize("room", ["core.services", *ROOMS])
def test_no_room_has_more_than_fifteen_files(room):
    modules = [module for module in pkgutil.iter_modules(import_module(room).__path__) if not module.ispkg]
    assert len(modules) < MOST_FILES
