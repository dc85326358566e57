"""Broken here: an error reaches a program with a status that nobody chose, or that no page tells."""

import importlib
import json
import pkgutil
import re
from http import HTTPStatus
from pathlib import Path

import pytest

import core
from core.api import http_errors
from core.errors import CaretakerError

GUIDE = Path(__file__).resolve().parents[2] / "docs/http.md"


def tree(root):
    return {root}.union(*(tree(kind) for kind in root.__subclasses__()))


@pytest.fixture(scope="module")
def errors():
    """Every error class of the code; modules of optional drivers that are not installed have none."""
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {kind for kind in tree(CaretakerError) if kind.__module__.startswith("core.")}


def test_every_error_has_a_status_of_a_refusal(errors):
    assert len(errors) > 15
    assert all(400 <= HTTPStatus(kind.http_status) < 600 for kind in errors)


def test_the_guide_lists_every_error_under_its_status(errors):
    part = GUIDE.read_text().split("## Refusals")[1].split("\n## ")[0]
    listed = {
        name: int(status)
        for status, names in re.findall(r"^\| (\d{3}) \| (.*) \|$", part, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", names)
    }
    assert listed == {kind.__name__: int(kind.http_status) for kind in errors}


def test_a_refusal_carries_the_status_of_its_class_and_when_to_come_again(errors):
    for kind in errors:
        error = kind.__new__(kind)
        CaretakerError.__init__(error, "No.", "Do this.")
        answer = http_errors.refusal(error)
        assert answer.status_code == kind.http_status
        assert {"message": "No.", "hint": "Do this."}.items() <= json.loads(answer.body).items()
        assert ("retry-after" in answer.headers) == (kind.http_status == 503)
