"""Broken here: the table that tells a newcomer what to open names a file that is gone, or nothing in it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TABLE = (ROOT / "ARCHITECTURE.md").read_text().partition("## I want to add")[2]
ROWS = re.findall(r"^\| (an? [a-z]+) \| (.+?) \| (.+?) \|$", TABLE, re.MULTILINE)


def test_everything_that_is_added_often_is_in_the_table():
    things = ["metric", "cause", "reason", "recipe", "gate", "source", "page", "setting", "job", "command"]
    assert [thing for thing, _, _ in ROWS] == [*(f"a {thing}" for thing in [*things, "document"]), "an error"]


@pytest.mark.parametrize(("thing", "places", "names"), ROWS, ids=[thing for thing, _, _ in ROWS])
def test_the_files_are_there_and_hold_what_is_extended(thing, places, names):
    paths = [ROOT / place for place in re.findall(r"`([^`]+)`", places)]
    assert paths
    assert [path for path in paths if not path.exists()] == []
    texts = [path.read_text() for path in paths if path.is_file()]
    for name in re.findall(r"`([^`]+)`", names):
        defined = re.compile(rf"^(?:def {name}\b|class {name}\b|{name}\b.*=)", re.MULTILINE)
        assert any(defined.search(text) for text in texts), f"{thing}: {name}"
