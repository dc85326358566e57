"""Broken here: a setting, a page, a command or a job is not written down, or is written down and gone."""

import json
import re
from pathlib import Path

import pytest

from core.errors import BadSetting
from core.settings import Settings
from docs import make_manual
from pages._shared.navigation import PAGES

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
SETTINGS = re.findall(
    r"^\| `CARETAKER_([A-Z_]+)` \| (.+?) \| (.+?) \| `(.+?)` \|$",
    (FOLDER / "settings.md").read_text(),
    re.MULTILINE,
)


def test_every_setting_is_written_down_and_none_that_is_gone():
    assert sorted(name.lower() for name, *_ in SETTINGS) == sorted(Settings.model_fields)


@pytest.mark.parametrize(("name", "default", "meaning", "example"), SETTINGS)
def test_examples_of_settings_are_taken_and_defaults_are_true(monkeypatch, name, default, meaning, example):
    before = getattr(Settings(), name.lower())
    if re.fullmatch("`[^`]+`", default):
        written = json.loads(default.strip("`"))
        assert written == (list(before) if isinstance(before, tuple) else before)
    monkeypatch.setenv(f"CARETAKER_{name}", example)
    assert getattr(Settings(), name.lower()) != before
    assert len(meaning) > 40


def test_a_setting_that_cannot_be_used_is_named(monkeypatch):
    monkeypatch.setenv("CARETAKER_HTTP_MEGABYTES", "many")
    with pytest.raises(BadSetting, match="CARETAKER_HTTP_MEGABYTES"):
        Settings()


def test_every_page_is_written_down_with_its_role():
    rows = re.findall(r"^\| \w+ \| `/(\w+)` \| (\w+) \|", (FOLDER / "pages.md").read_text(), re.MULTILINE)
    assert rows == [(name, role) for _, name, _, role in PAGES]


@pytest.mark.parametrize("name", ["commands", "jobs"])
def test_what_is_written_from_the_code_is_of_this_code(name):
    page = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert page == getattr(make_manual, name)(), "run python -m docs.make_manual"
