"""Broken here: a challenger that a budget, or a test of one's own, forbids is promoted all the same."""

import pytest

from core.model import Budgets
from core.services.experiments import compare
from core.services.experiments.gates import own_checks
from core.services.onboarding.adjust import adjust
from core.settings import Settings
from tests.services.retrain_world import NAME, install, make, run_retrain, table


def knows_its_rows(model, rows, labels):
    """Passes, and says what it saw."""
    assert len(rows) == len(labels)
    return f"{(model.predict(rows) == labels).mean():.0%} right"


def never(_model, _rows, _labels):
    """Says no."""
    raise AssertionError("prices may not be negative")


def broken(_model, rows, _labels):
    """Asks for a column that is not there."""
    return rows["colour"]


HERE = "tests.services.experiments.test_gates"


class Yes:
    """Always the same."""

    def predict(self, rows):
        """A yes for each."""
        return ["yes"] * len(rows)


@pytest.mark.parametrize(
    ("where", "passed", "words"),
    [
        (f"{HERE}:knows_its_rows", True, "% right"),
        (f"{HERE}:never", False, "prices may not be negative"),
        (f"{HERE}:broken", False, "KeyError: 'colour'"),
        (f"{HERE}:nobody", False, "AttributeError"),
        ("no.such.module:check", False, "ModuleNotFoundError"),
        ("rm -rf", False, "names no function"),
    ],
)
def test_own_checks_pass_by_what_they_say(where, passed, words, tmp_path):
    frame = table(20)
    settings = Settings(home=tmp_path, checks={"prices": where})
    (gate,) = own_checks.run_checks(settings, Yes(), frame[["a"]], frame["_label"])
    assert (gate.name, gate.passed) == ("own check prices", passed)
    assert words in gate.detail


def test_budgets_and_own_checks_block_and_are_asked_anew(tmp_path, monkeypatch):
    install(monkeypatch)
    ws, _ = make(tmp_path / "home")
    run_retrain(ws, tmp_path / "work")
    first = compare.compare(ws, NAME, by="eve")
    assert first["verdict"] == "better"
    adjust(ws, NAME, "eve", budgets=Budgets(memory_mb=400.0))
    body = compare.compare(ws, NAME, by="eve")
    memory = next(gate for gate in body["gates"] if gate["name"] == "memory")
    assert (memory["passed"], memory["figure"], memory["limit"]) == (True, "300.0 MB", "400.0 MB")
    adjust(ws, NAME, "eve", budgets=Budgets(size_mb=0.0001))
    body = compare.compare(ws, NAME, by="eve")
    assert (body["verdict"], body["look"]) == ("blocked", 1)
    assert [gate["name"] for gate in body["gates"] if not gate["passed"]] == ["size"]


@pytest.mark.parametrize("budget", [0.0, -1.0, float("inf")])
def test_a_budget_is_an_amount(budget, tmp_path):
    from core.errors import DataError

    ws, _ = make(tmp_path / "home")
    with pytest.raises(DataError, match="is no budget"):
        adjust(ws, NAME, "eve", budgets=Budgets(p99_ms=budget))
