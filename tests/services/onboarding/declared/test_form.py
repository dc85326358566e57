"""Broken here: what is written comes back as something else, or a setting cannot stand in a file."""

import inspect
from dataclasses import fields, replace
from typing import Literal, get_args, get_origin

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from typing_extensions import get_type_hints, is_typeddict

from core.cli import sources as source_commands
from core.cli.experiments import join as join_commands
from core.cli.production import alerts as alert_commands
from core.cli.production import automate as automate_commands
from core.cli.production import schedules as schedule_commands
from core.cli.production import settings as setting_commands
from core.model import Automation, Budgets, Canary, Costs, JoinedSource, ModelSpec, Origin, Roles
from core.services.onboarding.adjust import SAFE
from core.services.onboarding.declared.form import document as form
from core.services.onboarding.declared.form.convert import Converter
from core.services.onboarding.declared.form.secrets import require_no_secret
from core.services.onboarding.declared.form.write_yaml import to_yaml
from core.services.onboarding.declared.form.yaml_nodes import WrongDeclaration, read_nodes
from core.services.onboarding.declared.sections.registry import SECTIONS
from core.services.onboarding.plan import ConnectRequest
from core.services.operations.documents import document_schema
from core.tables.roles.requested_roles import RequestedRoles

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SCALARS = {
    str: TEXT,
    bool: st.booleans(),
    int: st.integers(-(10**9), 10**9),
    float: st.floats(-1e12, 1e12, allow_nan=False),
}


def strategy(kind):
    """Any value of a type of the form."""
    if kind in SCALARS:
        return SCALARS[kind]
    if is_typeddict(kind):
        hints = get_type_hints(kind)
        needed = {name: strategy(hints[name]) for name in hints if name in kind.__required_keys__}
        others = {name: strategy(hints[name]) for name in hints if name not in needed}
        return st.fixed_dictionaries(needed, optional=others)
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if get_origin(kind) is list:
        return st.lists(strategy(get_args(kind)[0]), max_size=4)
    if get_origin(kind) is dict:
        return st.dictionaries(TEXT, strategy(get_args(kind)[1]), max_size=3)
    return st.none() | strategy(next(part for part in get_args(kind) if part is not type(None)))


@settings(max_examples=150)
@given(strategy(form.CaretakerFile))
def test_what_is_written_comes_back_in_the_same_bytes(document):
    text = to_yaml(document)
    back = Converter("f").value(read_nodes(text.encode(), "f"), form.CaretakerFile, "")
    assert back == document
    assert to_yaml(back) == text


@settings(max_examples=60)
@given(TEXT)
def test_other_readers_of_yaml_see_the_same_texts(text):
    assert yaml.safe_load(to_yaml({"models": {"m": {"labels": {"guideline": text}}}})) == {
        "models": {"m": {"labels": {"guideline": text}}}
    }


def test_a_guideline_of_several_lines_stays_readable():
    guideline = "Look twice.\n\n- a: no\n  # not a comment\n"
    text = to_yaml({"guideline": guideline})
    assert text == "guideline: |\n  Look twice.\n\n  - a: no\n    # not a comment\n"
    assert yaml.safe_load(text) == {"guideline": guideline}


SPEC = ModelSpec(1, "m", "multiclass", "record", ("a", "b", "c"), Roles("y"), "m", "accuracy", 0.02, "month")
OTHER = {
    "task": "regression",
    "item": "text",
    "classes": ("a", "b", "c", "d"),
    "roles": Roles("z"),
    "metric": "log_loss",
    "tolerance": None,
    "chunk": "500",
    "reference": ("2020-01", "2020-02"),
    "as_of": "2024-01-01",
    "recipe": "logistic_regression",
    "trained_until": "2021-01-01",
    "note": "A demo.",
    "guideline": "Look twice.",
    "class_notes": {"a": "The first."},
    "label_delay_days": 30.0,
    "picture_folder": "/pictures",
    "threshold": 0.2,
    "costs": Costs(("a", "b", "c"), ((0, 1, 1), (2, 0, 1), (1, 1, 0)), "EUR"),
    "second_person": True,
    "guard_rolls_back": True,
    "deploy_to": ("shop",),
    "class_order": ("c", "b", "a"),
    "canary": Canary("4", 0.1),
    "least_gain": 0.01,
    "least_saving": 100.0,
    "budgets": Budgets(p99_ms=20.0),
    "automation": Automation(on_alarm=True),
    "joined": (JoinedSource("weather", "/w.csv", "k", "on", None, "", (), 1.0),),
    "fairness_blocks": True,
    "origin": Origin(("/rows.csv",), "0.5"),
}
OTHER_ROLES = {
    "label": "z",
    "id": "i",
    "time": "t",
    "prediction": "p",
    "scores": {"a": "s"},
    "label_available_at": "l",
    "version": "v",
    "features": ("f",),
    "segments": ("s",),
    "item": "i",
    "means": {"1": "a"},
    "group": "g",
    "embedding": ("e",),
}
NOT_SAID = {"id", "name", "registry_name"}
"""A number of the table; the key of the model; and its name, or that in `connect.model`."""


BESIDE = {"sources", "alerts", "schedules"}
"""Sections that stand in tables of their own."""


@pytest.fixture
def read(monkeypatch):
    """A model as the file says it, whoever answers beside the champion."""
    spec_sections = "core.services.onboarding.declared.sections.spec_sections"
    monkeypatch.setattr(f"{spec_sections}.active", lambda spec, _live: spec.canary)
    monkeypatch.setattr(f"{spec_sections}.deployments.champion", lambda *_: None)
    return lambda spec: {name: part.read(None, spec) for name, part in SECTIONS.items() if name not in BESIDE}


@pytest.mark.parametrize("field", [field.name for field in fields(ModelSpec) if field.name not in NOT_SAID])
def test_every_field_of_a_model_stands_in_its_file(read, field):
    assert read(replace(SPEC, **{field: OTHER[field]})) != read(SPEC)


@pytest.mark.parametrize("field", [field.name for field in fields(Roles)])
def test_every_role_of_a_column_stands_in_its_file(read, field):
    assert read(replace(SPEC, roles=replace(SPEC.roles, **{field: OTHER_ROLES[field]}))) != read(SPEC)


def keys_of(kind):
    keys = set()
    for name, hint in get_type_hints(kind).items():
        keys.add(name)
        inner = get_args(hint)
        for part in (hint, *inner, *(deep for one in inner for deep in get_args(one))):
            keys |= keys_of(part) if is_typeddict(part) else set()
    return keys


SAID_OTHERWISE = {
    "name", "output", "by", "never", "run", "off",  # of the command itself
    "every", "pause", "watermark", "zone",  # every_seconds, pause_days, watermark_column, time_zone
    "columns", "data", "addresses", "file", "door",  # the roles; connect.rows; the record
    "score", "scores_prefix", "positive", "one_label", "exclude", "include",  # scores, classes, features
    "automation", "source",  # the section training; `connect.model`
}  # fmt: skip
"""Options that stand in a file under another key, or say nothing of the model."""


def test_every_setting_that_commands_and_setup_can_set_is_a_key():
    keys = keys_of(form.ModelValue)
    commands = (
        setting_commands.change,
        automate_commands.automate,
        source_commands.add,
        join_commands.add,
        alert_commands.route,
        schedule_commands.schedule,
    )
    options = {name for command in commands for name in inspect.signature(command).parameters}
    options |= {field.name for kind in (ConnectRequest, RequestedRoles) for field in fields(kind)}
    assert {*options, *SAFE} - keys - SAID_OTHERWISE == set()
    assert keys & SAID_OTHERWISE == {"name", "data"}


def test_sections_and_the_form_name_each_other():
    assert list(SECTIONS) == list(form.ModelValue.__annotations__)
    values = {name: part.causes for name, part in SECTIONS.items()}
    for name, causes in values.items():
        hint = get_type_hints(form.ModelValue)[name]
        assert set(causes) - {""} <= keys_of(hint if is_typeddict(hint) else get_args(hint)[0])


def test_editors_know_the_keys():
    validator = Draft202012Validator(document_schema("caretaker-yaml"))
    good = {"caretaker": 1, "models": {"m": {"checks": {"tolerance": 0.02}, "training": None}}}
    assert list(validator.iter_errors(good)) == []
    for wrong in (
        {"checks": {"tolerence": 1}},
        {"data": {"task": "luck"}},
        {"sources": [{"kind": "labels"}]},
    ):
        assert list(validator.iter_errors({"caretaker": 1, "models": {"m": wrong}}))


@pytest.mark.parametrize(
    "line",
    [
        "rows: [postgresql://eve:hunter2@db/shop]",
        "# https://bucket.example/x.csv?X-Amz-Signature=abcdef0123",
        "note: https://hooks.slack.com/services/T000/B000/XXXX",
        "note: ct_" + "a" * 43,
        "guideline: |\n  -----BEGIN RSA PRIVATE KEY-----",
        "note: AKIAIOSFODNN7EXAMPLE",
    ],
)
def test_what_looks_like_a_secret_is_refused_without_repeating_it(line):
    with pytest.raises(WrongDeclaration) as caught:
        require_no_secret(f"caretaker: 1\n{line}", "f.yaml")
    assert "f.yaml, line " in str(caught.value)
    assert "environment" in caught.value.hint
    assert line.split()[-1] not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "rows: [s3://logs/churn/*.csv]",
        "rows: [sql:shop/sales.orders]",
        "note: see https://x.org/a?page=2",
        "id: token",
    ],
)
def test_addresses_and_names_are_no_secrets(line):
    require_no_secret(line, "f.yaml")
