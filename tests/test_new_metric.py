"""Broken here: a metric added to the table must be told a second time to a command or to Compare."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import recall_score

from core.cli.app import main
from core.services.in_memory.compare_predictions import compare_predictions
from core.stats.metrics import METRICS, reported_beside
from core.stats.predictions import Predictions
from core.training.comparison.segments import judge
from tests.made_up_metric import SPECIFICITY

N = 600


@pytest.fixture(autouse=True)
def added(monkeypatch):
    monkeypatch.setitem(METRICS, SPECIFICITY.name, SPECIFICITY)


@pytest.fixture
def world():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, N)
    return y, *(np.where(rng.random(N) < right, y, 1 - y) for right in (0.7, 0.9))


def test_commands_take_it_and_name_it(world, tmp_path, monkeypatch, capsys):
    y, said, _ = world
    monkeypatch.setenv("CARETAKER_HOME", str(tmp_path / "home"))
    names = np.array(["no", "yes"], dtype=object)
    x = np.random.default_rng(1).normal(size=N)
    frame = pd.DataFrame({"id": range(N), "x": x, "label": names[y], "said": names[said]})
    frame.to_csv(tmp_path / "log.csv", index=False)
    columns = ["--label", "label", "--id", "id", "--prediction", "said", "--positive", "yes"]
    arguments = ("add", "m", "--data", str(tmp_path / "log.csv"), *columns, "--format", "json")
    assert main([*arguments, "--metric", "luck"]) != 0
    assert "specificity" in capsys.readouterr().err
    assert main([*arguments, "--metric", "specificity"]) == 0
    capsys.readouterr()
    assert main(["list", "--format", "json"]) == 0
    (model,) = json.loads(capsys.readouterr().out)["models"]
    assert model["metric"] == "specificity"


def test_comparisons_judge_by_it(world):
    y, before, after = world
    result = compare_predictions(y, before, after, "specificity")
    assert result.difference.champion == pytest.approx(recall_score(y, before, pos_label=0))
    assert result.difference.challenger == pytest.approx(recall_score(y, after, pos_label=0))
    assert (result.margin, result.decision.verdict) == (0.005, "better")
    names = [metric.name for metric in reported_beside(METRICS["specificity"])]
    assert names == ["specificity", "accuracy", "log_loss"]


def test_segments_are_compared_by_it(world):
    y, before, after = world
    sides = pd.Series(np.where(np.arange(N) % 2, "left", "right"), dtype=object)
    models = [Predictions.from_outputs(np.eye(2)[predicted]) for predicted in (before, after)]
    parts = judge({"side": sides}, "specificity", y, *models)
    assert {part.value: part.verdict for part in parts} == {"left": "better", "right": "better"}
