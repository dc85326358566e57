"""Broken here: a script connects a model by a guess that is not safe, instead of being asked."""

import json

import numpy as np
import pandas as pd
import pytest

from core.cli.app import main

ROWS = 600


@pytest.fixture
def add(tmp_path, monkeypatch, capsys):
    """Connect a log; gives exit code, the document, and what was said beside it."""
    monkeypatch.setenv("CARETAKER_HOME", str(tmp_path / "home"))

    def call(frame, *arguments, name="m"):
        file = tmp_path / "log.csv"
        frame.to_csv(file, index=False)
        code = main(["add", name, "--data", str(file), *arguments, "--format", "json"])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else None, said.err

    return call


def log(labels=("0", "1")):
    rng = np.random.default_rng(0)
    x = rng.normal(scale=2, size=ROWS)
    score = 1 / (1 + np.exp(-x))
    truth = (rng.random(ROWS) < score).astype(int)
    return pd.DataFrame(
        {
            "id": range(ROWS),
            "t": pd.date_range("2024-01-01", periods=ROWS, freq="h"),
            "x": x.round(3),
            "score": score.round(4),
            "y": np.array(labels)[truth],
        }
    )


COMMON = ("--label", "y", "--time", "t", "--id", "id", "--chunk", "week")


@pytest.mark.parametrize(
    ("change", "arguments", "option", "answer"),
    [
        (
            lambda f: f.assign(score=1 - f["score"]),
            ("--score", "score"),
            "--score-of",
            ("--score-of", "0=score"),
        ),
        (
            lambda f: f.assign(pred=np.where(f["score"] > 0.5, "leaves", "stays")),
            ("--score", "score", "--prediction", "pred"),
            "--means",
            ("--means", "leaves=1", "--means", "stays=0"),
        ),
        (
            lambda f: f.assign(y=np.array(["red", "wet", "red|wet"] * (ROWS // 3))).drop(columns="score"),
            ("--task", "multiclass", "--train-until", "0.5"),
            "--one-label",
            ("--one-label",),
        ),
    ],
)
def test_what_does_not_fit_is_asked_for_by_naming_the_option(add, change, arguments, option, answer):
    code, document, said = add(change(log()), *COMMON, *arguments)
    assert (code, document) == (2, None)
    assert f"{option}" in said
    code, document, _ = add(change(log()), *COMMON, *arguments, *answer)
    assert code == 0
    assert document["model"] == "m"


def test_labels_of_one_and_nought_keep_the_positive_class(add):
    code, document, _ = add(log(("0.0", "1.0")), *COMMON, "--score", "score")
    assert code == 0
    assert float(document["spec"]["classes"][-1]) == 1.0
    assert document["spec"]["origin"]["rows"][0].endswith("/log.csv")


def test_a_training_does_not_learn_the_old_answers(add):
    frame = log().assign(pred_y=lambda f: (f["score"] > 0.5).astype(int)).rename(columns={"score": "y_score"})
    code, document, _ = add(frame, *COMMON, "--train-until", "0.5", "--recipe", "logistic_regression")
    assert code == 0
    assert document["spec"]["roles"]["features"] == ["x"]
    assert document["spec"]["roles"]["prediction"] is None
    assert any("older model" in reason for reason in document["reasons"])


def test_what_is_told_at_connect_is_in_the_document(add):
    code, document, _ = add(log().assign(score=0.37), *COMMON, "--score", "score")
    assert code == 0
    assert any("no better than chance" in each for each in document["told"])
    assert any("above 0.5" in each for each in document["told"])


@pytest.mark.parametrize("arguments", [("--score-of", "score"), ("--means", "leaves")])
def test_half_an_answer_is_wrong_usage(add, arguments):
    code, _, said = add(log(), *COMMON, "--score", "score", *arguments)
    assert code == 2
    assert arguments[0] in said
