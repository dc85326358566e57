"""Broken here: a challenger that a budget, or a test of one's own, forbids is promoted all the same."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.model import Budgets
from core.services.experiments import compare, comparison_inputs
from core.services.experiments.gates import fairness, own_checks, traffic
from core.services.onboarding.adjust import adjust
from core.settings import Settings
from core.stats.predictions import Predictions
from core.training.comparison.traffic import RULES
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


def leaves(_model, _rows, _labels):
    """Ends its process, as a script does."""
    raise SystemExit(3)


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
        (f"{HERE}:leaves", False, "SystemExit: 3"),
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


def test_the_newest_traffic_is_replayed_and_a_worse_segment_warns_or_blocks(tmp_path, monkeypatch):
    """The challenger is right everywhere but in one town, where it says the opposite."""
    install(monkeypatch)
    ws, spec = make(tmp_path / "home")
    run_retrain(ws, tmp_path / "work", recipes=["logistic_regression"])
    gates = {gate["name"]: gate for gate in compare.compare(ws, NAME, by="eve")["gates"]}
    assert gates["fairness by segment"]["figure"].startswith("0 of ")
    words = gates["replay of traffic"]["detail"]
    assert words.startswith("the 800 newest rows: ")
    assert " answered otherwise than version 1 served them (" in words
    inputs = comparison_inputs.read_inputs(ws, comparison_inputs.pair(ws, NAME, None))
    turned = inputs.rows["town"].eq("x").to_numpy()
    scores = inputs.challenger.probabilities
    opposite = np.where(turned[:, None], scores[:, ::-1], scores)
    unfair = replace(inputs, challenger=Predictions.from_outputs(opposite))
    gate = fairness.by_segment(unfair, 0.05)
    assert (gate.passed, gate.warns) == (True, True)
    assert "town = x -0." in gate.detail
    spec = adjust(ws, NAME, "eve", fairness_blocks=True)
    forbidden = replace(unfair, pair=replace(unfair.pair, spec=spec))
    assert fairness.by_segment(forbidden, 0.05).passed is False
    assert compare.compare(ws, NAME, by="eve")["judged_by"]["fairness_blocks"] is True


def test_rows_that_another_version_served_are_asked_of_the_champion_or_of_nobody(tmp_path, monkeypatch):
    install(monkeypatch)
    ws, _ = make(tmp_path / "home")
    run_retrain(ws, tmp_path / "work", recipes=["logistic_regression"])
    two = comparison_inputs.pair(ws, NAME, None)
    inputs = comparison_inputs.read_inputs(ws, two)
    other = replace(inputs, pair=replace(two, champion="7"))
    model = comparison_inputs.load(ws, two.spec, "2")
    asked = traffic.replay(ws, other, model, model)
    assert "0 of 800 answered otherwise than version 7 answers them now (0.0%" in asked.detail
    assert "what was served for them is not known" in traffic.replay(ws, other, model, None).detail


def test_of_a_calendar_log_the_last_four_weeks_are_replayed():
    days = pd.date_range("2024-01-01", periods=60, freq="D")
    by_chunk = {day.strftime("%Y-%m-%d"): pd.DataFrame({"_time": [day] * 3, "_id": range(3)}) for day in days}
    read = []

    def rows(key):
        read.append(key)
        return by_chunk[key]

    table = traffic.newest_of(sorted(by_chunk), rows, RULES)
    assert (len(table), len(read)) == (3 * 29, 30)
    assert table["_time"].min() == days[-1] - pd.Timedelta(days=28)
    few = traffic.newest_of(sorted(by_chunk), by_chunk.__getitem__, replace(RULES, rows=10))
    assert len(few) == 10
