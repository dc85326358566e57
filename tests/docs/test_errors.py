"""Broken here: an error that no page explains, that a person is left alone with, or that is drawn wrongly."""

import ast
import builtins
import re
from pathlib import Path

import pytest

import core.errors
from docs.error_page import error_classes, errors, next_step

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
PARTS = re.split(r"^## (\w+)\n", PAGE, flags=re.MULTILINE)
SECTIONS = dict(zip(PARTS[1::2], PARTS[2::2], strict=True))
CLASSES = error_classes()
NOT_FOR_PEOPLE = {
    "core.jobs.clock.ValueError": "SQLite itself calls it, and asks for the present only",
    "core.locks.TimeoutError": "`core.trouble` tells it as a BusyError, whichever door is waited at",
    "core.registry.rename_classes.AttributeError": "Python itself asks, while a copy is made",
    "core.services.operations.fixity.at_rest.ValueError": "doctor and backup tell it in a line of theirs",
    "core.settings.ValueError": "a validator: pydantic turns it into the BadSetting of the variable",
    "core.stats.auc.ValueError": "labels of one class: what compares is asked for two before",
    "core.store.annotation.suspects.ValueError": "a row without its number: a fault of ours",
    "core.store.chain.record.ValueError": "a row of the record is changed: a fault of ours",
    "core.store.ingestion.batches.ValueError": "a row without its number: a fault of ours",
    "core.store.models.ValueError": "a row without its number: a fault of ours",
    "core.store.sealed.documents.ValueError": "the engine and the doctor turn it into a sentence of theirs",
    "core.store.types.ValueError": "a moment without a time zone: a fault of ours",
    "core.training.comparison.holdout_budget.ValueError": "looks are counted by us, from 1",
    "core.training.fingerprint.TypeError": "our recipes have no such part; of own code a RetrainError",
    "core.registry.pyfunc_model.ValueError": "MLflow tells it; `OpenVersion.as_input` reads times before",
    "core.training.trends.trend.ValueError": "a regressor: `core.training.fit.learning` tells it",
    "core.training.treatments.weights.ValueError": "as `core.training.fit.learning` reads it",
}
"""Module and built-in exception -> why nobody reads it: it is turned into one of ours, or is our fault."""


def test_every_error_is_on_the_page_and_none_that_is_gone():
    assert errors() == PAGE, "run python -m docs.make_manual"
    assert sorted(SECTIONS) == sorted(kind.__name__ for kind in CLASSES)
    assert len(PARTS) // 2 == len(SECTIONS)  # no two classes of one name


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_says_when_its_status_its_exit_code_and_what_to_do(kind):
    section = SECTIONS[kind.__name__]
    assert f"- HTTP: {int(kind.http_status)}" in section
    assert f"- Exit code: {kind.exit_code}\n" in section
    assert kind.exit_code in {1, 2}
    when, *_ = section.strip().splitlines()
    assert len(when) > 20
    assert "http_status" in vars(kind)
    assert next_step(kind)[-1:] == "."
    assert "Next:" not in when


def test_the_tree_of_the_module_draws_its_own_classes():
    drawn, parents = {}, []
    for line in core.errors.__doc__.splitlines():
        if name := re.match(r"[\W_]*?([A-Z]\w+)(?: {2,}|$)", line):
            depth = line.index(name[1]) // 4
            parents[depth:] = [name[1]]
            drawn[name[1]] = parents[depth - 1] if depth else "Exception"
    own = {kind.__name__: kind.__base__.__name__ for kind in CLASSES if kind.__module__ == "core.errors"}
    assert drawn == own


def raised(path):
    """Names of the classes that `raise` statements of a module name directly."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and node.exc is not None:
            called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(called, ast.Name):
                yield called.id


def test_an_exception_of_python_is_raised_only_where_no_person_reads_it():
    places = set()
    for path in sorted((ROOT / "core").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for name in raised(path):
            kind = getattr(builtins, name, None)
            if isinstance(kind, type) and issubclass(kind, BaseException):
                places.add(f"{module}.{name}")
    assert places == set(NOT_FOR_PEOPLE)
