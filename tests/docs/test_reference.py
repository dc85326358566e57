"""Broken here: a setting, page, command, job or document is not written down, or is written down and gone."""

import ast
import doctest
import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from core.api import openapi
from core.api.bodies import BODIES
from core.errors import BadSetting
from core.services.jobs import JOBS
from core.settings import Settings
from docs import make_manual, schema_words
from docs.document_page import document_schemas, types_of
from docs.job_page import argument_meanings
from pages._shared.navigation import PAGES

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference"
SETTINGS = re.findall(
    r"^\| `CARETAKER_([A-Z_]+)` \| (.+?) \| (.+?) \| `(.+?)` \|$",
    (FOLDER / "settings.md").read_text(),
    re.MULTILINE,
)

SCHEMAS = {name: schema for name, schema in document_schemas().items() if "properties" in schema}


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


@pytest.mark.parametrize("name", ["commands", "jobs", "documents", "roles"])
def test_what_is_written_from_the_code_is_of_this_code(name):
    page = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert page == getattr(make_manual, name)(), "run python -m docs.make_manual"


@pytest.mark.parametrize("job", JOBS.values(), ids=list(JOBS))
def test_every_argument_of_a_job_has_a_meaning_and_none_that_is_gone(job):
    meanings = argument_meanings(job)
    assert set(meanings) == {argument.name for argument in fields(job)}
    assert all(len(text) > 12 and text.endswith(".") for text in meanings.values())
    assert all(step.function.__doc__ for step in job.declaration.steps)


def test_types_are_put_into_words_as_the_examples_say():
    ran = doctest.testmod(schema_words)
    assert ran.attempted > 3
    assert ran.failed == 0


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_of_a_document_has_a_meaning_and_is_on_the_page(name):
    schema = SCHEMAS[name]
    (section,) = re.findall(
        rf"^##+ {name}\n(.*?)(?=^##|\Z)", (FOLDER / "documents.md").read_text(), re.MULTILINE | re.DOTALL
    )
    assert schema["description"].endswith(".")
    lines = dict(re.findall(r"^- `(\w+)` \(.+?\): (.+)$", section, re.MULTILINE))
    assert lines == {field: content.get("description") for field, content in schema["properties"].items()}
    assert all(text.endswith(".") for text in lines.values())


def test_every_typed_document_of_the_code_is_on_the_page():
    """A TypedDict that no document holds would be a form that nobody describes."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "core").rglob("*.py")]
    bases = {
        node.name: {ast.unparse(base) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    typed = {"TypedDict"}
    while more := {name for name, above in bases.items() if typed & above} - typed:
        typed |= more
    extended, within = "ItemPayload", "Usual"  # its fields stand with those that extend it; it never goes out
    assert typed - {"TypedDict", extended, within} <= set(SCHEMAS)


def test_the_description_of_http_says_the_same_of_every_field():
    kinds = {name: types_of(name, document_schemas()) for name in BODIES}
    schemas = openapi.document([], "")["components"]["schemas"]
    described = {name: schema["properties"] for name, schema in schemas.items() if "properties" in schema}
    assert set(kinds) - {"Rows", "OpenAPI"} <= set(described)
    for name, content in described.items():
        texts = {field: each.get("description") for field, each in content.items()}
        (kind,) = kinds.get(name, [name])
        assert texts == {field: each["description"] for field, each in SCHEMAS[kind]["properties"].items()}
