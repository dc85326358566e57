"""Broken here: a model learns from the label by another name, or a log whose labels come later is refused."""

import numpy as np
import pandas as pd
import pytest

from core.errors import SchemaError
from core.tables.roles.guess import guess
from core.tables.roles.label_guess import with_label_column
from core.tables.roles.requested_roles import RequestedRoles
from core.tables.table import Table


def test_a_copy_of_the_label_is_named_and_is_no_feature_unless_somebody_says_so():
    y = ["left", "stayed", "stayed"] * 40
    copies = {"flag": [cell == "left" for cell in y], "why": ["price", None, None] * 40}
    frame = pd.DataFrame({"y": y, **copies, "x": [*range(60)] * 2, "nearly": [*y[:-1], "left"]})
    found = guess(Table(frame, "f"), RequestedRoles("y"))
    assert set(found.roles.features) == {"x", "nearly"}
    assert "'flag', 'why': the label itself in every row, and no feature." in found.reasons
    assert "--include flag" in next(each.reason for each in found.columns if each.name == "flag")
    kept_anyway = guess(Table(frame, "f"), RequestedRoles("y", include=("flag",)))
    assert "flag" in kept_anyway.roles.features


def test_a_copy_of_the_label_is_read_where_nothing_else_is_there_and_that_is_said():
    frame = pd.DataFrame({"y": ["a", "b"] * 40, "copy": [0, 1] * 40})
    found = guess(Table(frame, "f"), RequestedRoles("y"))
    assert found.roles.features == ("copy",)
    assert any("nothing else is there to read" in reason for reason in found.reasons)


def test_an_amount_in_another_unit_is_no_feature():
    rng = np.random.default_rng(3)
    euros = rng.normal(100, 20, 200).round(2)
    frame = pd.DataFrame({"y": euros, "cents": 100 * euros, "x": euros + rng.normal(0, 0.1, 200)})
    assert guess(Table(frame, "f"), RequestedRoles("y")).roles.features == ("x",)


@pytest.mark.parametrize(
    ("answers", "classes", "scores"),
    [
        ({"score": [0.2, 0.7]}, ("0", "1"), ("score",)),
        ({"predicted_churn": ["no", "yes"], "churn_score": [0.2, 0.7]}, ("no", "yes"), ("churn_score",)),
        ({"prediction": np.linspace(1, 2, 60)}, (), ()),
    ],
)
def test_a_log_whose_labels_are_still_to_come_is_read_by_the_names_of_its_answers(answers, classes, scores):
    columns = {name: np.resize(cells, 60) for name, cells in answers.items()} | {"x": range(60)}
    for frame in (pd.DataFrame(columns | {"churned": None}), pd.DataFrame(columns)):
        requested, reasons = RequestedRoles("churned", include=("x",)), []
        found = guess(with_label_column(Table(frame, "f"), requested, reasons), requested)
        assert (found.classes, found.roles.features) == (classes, ("x",))
        assert tuple(found.roles.scores.values()) == scores
        assert bool(reasons) == ("churned" not in frame.columns)


@pytest.mark.parametrize(("name", "column"), [("churnd", "churned"), ("outcome", "target"), ("y", "x")])
def test_a_mistyped_label_is_no_label_that_is_still_to_come(name, column):
    frame = pd.DataFrame({"score" if name != "y" else "z": [0.1, 0.2], column: ["no", "yes"]})
    with pytest.raises(SchemaError, match=f"missing column '{name}'"):
        guess(with_label_column(Table(frame, "f"), RequestedRoles(name), []), RequestedRoles(name))
