"""Broken here: a module uses what a library has only in a version later than the lowest one.

Runs in an environment with nothing of requirements-dev.txt but pytest: the lowest versions of everything.
"""

import importlib
import pkgutil

import pytest

import core

MODULES = [
    module.name
    for module in pkgutil.walk_packages(core.__path__, "core.")
    if ".migrations." not in module.name and not module.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_can_be_imported(name):
    assert importlib.import_module(name).__name__ == name
