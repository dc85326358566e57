"""Broken here: the pictures of Experiments say that something was gained, or tried, that was not."""

import pandas as pd
import pytest

from core.errors import DataError
from core.services.experiments import retrain
from core.services.experiments.journey import difference, outline, tree
from core.stats.metrics import METRICS
from core.store.engine import writing
from core.store.experiments import trials
from core.store.tables import Comparison, Holdout, Trial
from tests.services.retrain_world import NAME, make

NEWEST = {"kind": "newest", "amount": 0.5}
ALL = {"kind": "all", "amount": 1.0}
WITHOUT = [{"kind": "without", "columns": ["b"]}]


@pytest.fixture
def world(tmp_path):
    ws, spec = make(tmp_path / "home", rows=450)
    with writing(ws.engine) as session:
        holdout = Holdout(model_id=spec.id, number=1, keys_hash="k", first="a", last="b")
        session.add(holdout)
        session.flush()
        rows = [
            ("logistic_regression", 0.70, None, "1"),
            ("extra_trees", 0.75, {"stage": "recipe", "features": [], "treatment": ALL}, None),
            ("extra_trees", 0.80, {"stage": "data", "features": [], "treatment": NEWEST}, None),
            ("extra_trees", 0.78, {"stage": "features", "features": WITHOUT, "treatment": NEWEST}, "3"),
            ("extra_trees", 0.74, {"stage": "tuned", "features": [], "treatment": ALL}, None),
        ]
        for number, (recipe, value, search, version) in enumerate(rows):
            score = {"value": value, "low": value - 0.01, "high": value + 0.01}
            session.add(
                Trial(
                    model_id=spec.id, fingerprint=str(number), recipe=recipe, status="scored",
                    version=version,
                    params={"search": {"parameters": {"n": number}, **search}} if search else {},
                    cv={"roc_auc": score}, created_by="eve", holdout_id=holdout.id,
                )
            )  # fmt: skip
        failed = Trial(
            model_id=spec.id, fingerprint="f", recipe="random_forest", status="failed", created_by="e"
        )
        failed.error = "too few rows"
        session.add(failed)
        body = {"sentence": "The challenger is better."}
        session.add(
            Comparison(
                model_id=spec.id, holdout_id=holdout.id, champion="1", challenger="3", look=1,
                verdict="better", body=body, created_by="eve",
            )
        )  # fmt: skip
    return ws, spec


def test_each_trial_says_what_it_changed(world):
    ws, _ = world
    _, told = outline.outline(ws, NAME)
    assert told["change"].tolist() == [
        "as it is", "as it is", "rows", "columns and rows", "parameters", "as it is",
    ]  # fmt: skip
    assert told["columns"].tolist()[3] == "without b"
    assert told["rows"].tolist()[2] == "the newest 50 % of the rows"
    assert outline.verdicts(ws, NAME) == {"3": "The challenger is better."}


def test_a_branch_gains_against_the_one_above_as_it_was_first(world):
    ws, _ = world
    _, told = outline.outline(ws, NAME)
    nodes = tree.branches(told, METRICS["roc_auc"])
    found = {
        (row["level"], row["name"]): (row["trials"], None if pd.isna(row["gain"]) else round(row["gain"], 3))
        for row in nodes.to_dict("records")
    }
    assert found == {
        (0, "First training"): (5, 0.1),
        (1, "Extremely randomised trees"): (4, 0.1),
        (2, "rows"): (1, 0.05),
        (2, "columns and rows"): (1, 0.03),
        (2, "as it is"): (1, None),
        (2, "parameters"): (1, -0.01),
        (1, "Logistic regression"): (1, None),
    }
    assert nodes["value"].iloc[0] == 0.8
    assert nodes["name"].tolist()[:3] == ["First training", "Extremely randomised trees", "rows"]


def test_of_a_loss_less_is_a_gain():
    columns = ["trial", "data", "parent", "family", "change", "value", "low", "high", "version"]
    rows = [
        (n, "Revision 1", "1", "Ridge", "as it is", value, value, value, None)
        for n, value in ((1, 9.0), (2, 7.0))
    ]
    nodes = tree.branches(pd.DataFrame(rows, columns=columns), METRICS["mae"])
    assert nodes["level"].tolist() == [0, 1]  # nothing was changed in the family
    assert nodes["gain"].tolist() == [2.0, 2.0]
    assert nodes["value"].tolist() == [7.0, 7.0]


def test_the_difference_names_what_is_not_the_same_and_nothing_else(world):
    ws, _ = world
    rows = {
        row["what"]: (row["first"], row["second"])
        for row in difference.difference(ws, NAME, 2, 3).to_dict("records")
    }
    assert rows["n"] == ("1", "2")
    assert rows["learnt from"] == ("all rows", "the newest 50 % of the rows")
    assert rows["Ranking (AUC), cross-validated"] == ("0.75 (0.74 to 0.76)", "0.8 (0.79 to 0.81)")
    assert "recipe" not in rows
    assert len(difference.difference(ws, NAME, 2, 2)) == 0
    with pytest.raises(DataError, match="no such experiment"):
        difference.difference(ws, NAME, 2, 999)


def test_values_on_other_rows_are_not_ranked_together(world):
    """A search judges on the newest rows, a retraining by folds of all of them."""
    _, spec = world
    tried = pd.DataFrame(index=range(5), columns=retrain.COLUMNS).assign(
        version=list("12345"),
        value=[0.9, 0.7, 0.75, 0.95, None],
        data=["First training", "Revision 1 search", "Revision 1", "Revision 1 search", "Revision 1"],
    )
    board = retrain.leaderboard_of(spec, tried)
    assert board["version"].tolist() == ["3", "5", "4", "2", "1"]


def test_the_leaderboard_is_that_of_whole_rows(world):
    """It reads columns in place of objects; both must say the same."""
    ws, spec = world
    board = retrain.leaderboard(ws, NAME)
    with writing(ws.engine) as session:
        rows = {row.id: row for row in trials.list_trials(session, spec.id)}
    assert len(board) == len(rows)
    for _, same in board.groupby("data"):
        assert same.index.tolist() == list(range(same.index[0], same.index[-1] + 1))
        assert same["value"].dropna().tolist() == sorted(same["value"].dropna(), reverse=True)
    for line in board.to_dict("records"):
        row = rows[line["trial"]]
        assert (line["recipe"], line["status"], line["by"]) == (row.recipe, row.status, row.created_by)
        value = row.cv.get("roc_auc", {}).get("value")
        assert line["value"] == value or (pd.isna(line["value"]) and value is None)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"search": {"on": "d walk"}}, {"search": {"on": "d walk"}, "data": "d"}, True),
        ({"search": {"on": "d walk"}}, {"search": {"on": "e walk"}}, False),
        ({"data": "d"}, {"data": "d"}, True),
        ({"data": "d"}, {"data": "e"}, False),
        ({}, {}, False),
    ],
)
def test_metrics_of_two_trials_compare_only_on_the_same_rows(world, first, second, same):
    ws, _ = world
    with writing(ws.engine) as session:
        for number, params in ((2, first), (3, second)):
            session.get_one(Trial, number).params = params
    assert difference.are_on_same_rows(ws, NAME, 2, 3) == same
