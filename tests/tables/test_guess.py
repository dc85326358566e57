"""Broken here: a column plays the wrong part, and every number after it is wrong."""

import numpy as np
import pandas as pd
import pytest

from core.errors import SchemaError
from core.tables.roles.guess import guess
from core.tables.roles.label_guess import guess_label
from core.tables.roles.requested_roles import RequestedRoles, UnsureRole
from core.tables.table import Table


def table(**more):
    days = pd.date_range("2020-01-01", periods=40)
    columns = {
        "id": range(40),
        "day": days,
        "x": [i / 7 for i in range(40)],
        "town": ["Ulm", "Bonn"] * 20,
        "comment": [f"text {i}" for i in range(40)],
        "y": ["no", "no", "no", "yes"] * 10,
    }
    return Table(pd.DataFrame(columns | more), "data.parquet")


def test_roles_are_guessed_with_reasons():
    found = guess(table(), RequestedRoles(label="y"))
    assert (found.task, found.classes, found.item) == ("binary", ("no", "yes"), "record")
    assert (found.roles.id, found.roles.time) == ("id", "day")
    assert found.roles.features == ("x", "town")
    assert found.roles.segments == ("town",)
    assert any("'day'" in reason for reason in found.reasons)


def test_two_columns_of_dates_are_asked_for():
    with pytest.raises(UnsureRole, match="which one is the time") as caught:
        guess(table(booked=pd.date_range("2019-01-01", periods=40)), RequestedRoles(label="y"))
    assert caught.value.option == "--time"


def test_none_means_that_there_is_no_such_column():
    assert guess(table(), RequestedRoles(label="y", time="none", id="none")).roles.time is None


def test_the_rarer_class_is_positive_unless_said():
    labels = ["a", "a", "b", "a"] * 10
    assert guess(table(y=labels), RequestedRoles(label="y")).classes == ("a", "b")
    assert guess(table(y=labels), RequestedRoles(label="y", positive="a")).classes == ("b", "a")


def test_numbers_as_classes_are_in_order_of_their_value():
    digits = [str(i % 12) for i in range(40)]
    assert guess(table(y=digits), RequestedRoles(label="y")).classes[-2:] == ("10", "11")


def test_predictions_are_never_features():
    found = guess(table(prediction=["no"] * 40, score=[0.5] * 40), RequestedRoles(label="y"))
    assert not {"prediction", "score"} & set(found.roles.features)


def test_an_image_is_found():
    pictures = Table(pd.DataFrame({"image": [b"png"] * 4, "y": ["1", "2", "3", "1"]}), "digits.parquet")
    found = guess(pictures, RequestedRoles(label="y"))
    assert (found.item, found.roles.item, found.roles.features) == ("image", "image", ("image",))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (RequestedRoles(label="nope"), "missing column 'nope'"),
        (RequestedRoles(label="town", exclude=("gone",)), "missing column 'gone'"),
        (RequestedRoles(label="town", task="binary", positive="Rome"), "no class 'Rome'"),
    ],
)
def test_what_is_said_must_fit_the_file(wanted, said):
    with pytest.raises(SchemaError, match=said):
        guess(table(), wanted)


def numbers(y, **said):
    return guess(Table(pd.DataFrame({"y": y, "x": range(len(y))}), "f"), RequestedRoles(label="y", **said))


def test_many_different_numbers_are_an_amount():
    found = numbers(range(600))
    assert (found.task, found.classes) == ("regression", ())
    assert any("amount" in reason for reason in found.reasons)
    assert numbers([i / 7 for i in range(40)]).task == "regression"
    assert numbers([i % 10 for i in range(600)]).task == "multiclass"
    assert numbers([1.0, 0.0] * 20).task == "binary"


def test_a_handful_of_numbers_is_asked_for():
    with pytest.raises(UnsureRole, match="amounts or classes") as caught:
        numbers([i % 40 for i in range(600)])
    assert caught.value.option == "--task"
    assert [choice.roles["task"] for choice in caught.value.choices] == ["regression", "multiclass"]
    assert numbers([i % 40 for i in range(600)], task="regression").classes == ()
    assert len(numbers([i % 40 for i in range(600)], task="multiclass").classes) == 40


def test_texts_are_no_amounts_and_amounts_have_no_scores():
    with pytest.raises(SchemaError, match="at most 500 classes"):
        numbers([f"t{i}" for i in range(600)])
    for said in ({"score": "x"}, {"scores_prefix": "p_"}, {"positive": "1"}, {"scores": {"1": "x"}}):
        with pytest.raises(SchemaError, match="has no classes and no scores"):
            numbers(range(600), **said)


def test_three_classes_are_not_binary():
    with pytest.raises(SchemaError, match="3 classes") as caught:
        guess(table(y=[str(i % 3) for i in range(40)]), RequestedRoles(label="y", task="binary"))
    assert "multiclass" in caught.value.hint


def reviews(**more):
    texts = [f"a review long enough to be read by somebody, number {i}" for i in range(20)]
    return Table(pd.DataFrame({"text": texts, "y": ["good", "bad"] * 10} | more), "reviews.csv")


def test_a_single_long_text_is_the_item():
    found = guess(reviews(), RequestedRoles(label="y"))
    assert (found.item, found.roles.item) == ("text", "text")


def test_a_long_text_beside_another_column_is_asked_about():
    with pytest.raises(UnsureRole, match="the text in 'text', or the whole record") as caught:
        guess(reviews(split=["a", "b"] * 10), RequestedRoles(label="y"))
    assert caught.value.option == "--item"
    found = guess(reviews(split=["a", "b"] * 10), RequestedRoles(label="y", item="record"))
    assert found.roles.features == ("text", "split")


def test_every_column_has_a_part_and_a_reason():
    """The page shows one line for each column; a column without a reason could not be judged."""
    found = guess(table(booked=["2019-01-01"] * 40), RequestedRoles(label="y", time="day", version="town"))
    parts = {each.name: (each.role, each.reason) for each in found.columns}
    assert list(parts) == ["id", "day", "x", "town", "comment", "y", "booked"]
    assert parts["id"] == ("id", "'id' identifies a row: its name says so and every value is different.")
    assert parts["town"] == ("version", "Said, not guessed.")
    assert parts["x"] == ("feature", "Numbers from 0 to 5.57143.")
    assert parts["comment"][0] == parts["booked"][0] == "left out"
    assert "value of its own" in parts["comment"][1]


def test_a_column_can_be_kept_although_it_looks_useless():
    assert "comment" in guess(table(), RequestedRoles(label="y", include=("comment",))).roles.features


def test_a_question_comes_with_its_answers():
    with pytest.raises(UnsureRole) as caught:
        guess(table(booked=pd.date_range("2019-01-01", periods=40)), RequestedRoles(label="y"))
    answers = {choice.title: choice.roles for choice in caught.value.choices}
    assert answers == {
        "day": {"time": "day"},
        "booked": {"time": "booked"},
        "the order of the rows": {"time": "none"},
    }
    for said in answers.values():
        assert guess(table(booked=pd.date_range("2019-01-01", periods=40)), RequestedRoles(label="y", **said))


def test_the_label_is_known_by_its_name_or_asked_for():
    assert guess_label(table())[0] == "y"
    with pytest.raises(UnsureRole, match="which column is the label") as caught:
        guess_label(Table(table().frame.rename(columns={"y": "left"}), "data.parquet"))
    assert next(choice.roles for choice in caught.value.choices) == {"label": "left"}


def test_a_version_is_found_by_its_name_and_a_plain_one_only_beside_answers():
    found = guess(table(model_version=["1"] * 40), RequestedRoles(label="y"))
    assert found.roles.version == "model_version"
    assert "model_version" not in found.roles.features
    plain = table(version=["1", "2"] * 20, said=["no"] * 40)
    assert guess(plain, RequestedRoles(label="y")).roles.version is None
    assert guess(plain, RequestedRoles(label="y", prediction="said")).roles.version == "version"
    assert guess(plain, RequestedRoles(label="y", prediction="said", version="none")).roles.version is None


@pytest.mark.parametrize(
    "spelt", [("0", "1"), ("0.0", "1.0"), ("False", "True"), (" 0", " 1 "), ("f", "yes")]
)
@pytest.mark.parametrize("rare", [0, 1])
def test_the_positive_class_is_known_by_its_meaning_however_it_is_spelt(spelt, rare):
    """Labels of 1.0 and 0.0 lost the rule, and the rarer class became the positive one."""
    labels = [spelt[rare], spelt[1 - rare], spelt[1 - rare], spelt[1 - rare]] * 10
    assert guess(table(y=labels), RequestedRoles(label="y")).classes[-1].strip() == spelt[1].lower().strip()


def test_a_counter_is_no_feature():
    """An invoice number is always new: a model cannot learn from it, and it would be called drifted."""
    rows = 400
    days = pd.date_range("2020-01-01", periods=rows // 8).repeat(8)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=rows),
            "calls": rng.integers(0, 90, rows),
            "invoice_no": 100_000 + 7 * np.arange(rows),
            "epoch": days.as_unit("s").astype("int64") + rng.integers(0, 86_400, rows),
            "y": ["no", "yes"] * (rows // 2),
            "day": days,
        }
    ).sample(frac=1, random_state=0, ignore_index=True)
    found = guess(Table(frame, "f"), RequestedRoles(label="y", time="day"))
    assert found.roles.features == ("x", "calls")
    assert {each.name: each.reason for each in found.columns}["invoice_no"].startswith("A counter")
    kept = guess(Table(frame, "f"), RequestedRoles(label="y", time="day", include=("invoice_no",)))
    assert "invoice_no" in kept.roles.features


TAGS = ["red", "wet", "dry", "red|wet", "red|dry", "wet|dry", "red|wet|dry"]


@pytest.mark.parametrize("mark", ["|", ";", ", ", "+"])
def test_several_labels_in_a_cell_are_asked_about(mark):
    frame = table(y=[tag.replace("|", mark) for tag in (TAGS * 6)[:40]])
    with pytest.raises(UnsureRole, match="are these several labels") as caught:
        guess(frame, RequestedRoles(label="y", task="multiclass"))
    assert caught.value.option == "--one-label"
    (choice,) = caught.value.choices
    assert len(guess(frame, RequestedRoles(label="y", **choice.roles)).classes) == len(TAGS)


@pytest.mark.parametrize(
    "names", [("Smith, J.", "Jones, A."), ("Food, drink", "Toys"), ("A+", "A"), ("w/o", "ok"), ("a|b", "c|d")]
)
def test_names_with_a_comma_are_one_label(names):
    assert set(guess(table(y=list(names) * 20), RequestedRoles(label="y")).classes) == set(names)


def test_a_column_that_is_called_like_a_group_is_one_and_stays_a_feature():
    found = guess(table(customer_id=[f"c{i % 13}" for i in range(40)]), RequestedRoles(label="y"))
    assert found.roles.group == "customer_id"
    assert "customer_id" in found.roles.features
    part = next(column for column in found.columns if column.name == "customer_id")
    assert (part.role, "13 different values in 40 rows" in part.reason) == ("feature and group", True)


@pytest.mark.parametrize("values", [[i % 11 for i in range(40)], [i % 21 for i in range(40)], [None] * 40])
def test_few_groups_and_those_of_one_row_are_not_guessed(values):
    assert (
        guess(table(machine=[v and f"m{v}" for v in values]), RequestedRoles(label="y")).roles.group is None
    )


def test_a_group_that_is_said_is_no_feature_unless_that_is_said_too():
    said = guess(table(), RequestedRoles(label="y", group="town"))
    assert (said.roles.group, said.roles.features) == ("town", ("x",))
    assert next(column for column in said.columns if column.name == "town").role == "group"
    both = guess(table(), RequestedRoles(label="y", group="town", include=("town",)))
    assert (both.roles.group, both.roles.features) == ("town", ("x", "town"))


def test_a_time_is_no_feature_unless_that_is_said():
    rows = table(day=pd.date_range("2024-01-01", periods=40))
    assert "day" not in guess(rows, RequestedRoles(label="y", time="day")).roles.features
    both = guess(rows, RequestedRoles(label="y", time="day", include=("day",)))
    assert both.roles.time == "day"
    assert "day" in both.roles.features


def test_nothing_belongs_together_where_that_is_said():
    rows = table(customer=[f"c{i % 13}" for i in range(40)])
    assert guess(rows, RequestedRoles(label="y", group="none")).roles.group is None
    with pytest.raises(SchemaError, match="missing column 'firm'"):
        guess(rows, RequestedRoles(label="y", group="firm"))


def test_names_with_an_underscore_play_parts_but_are_no_inputs():
    frame = pd.DataFrame({"_id": range(60), "_synced": [1, 2] * 30, "x": range(60), "y": ["a", "b"] * 30})
    roles = guess(Table(frame, "f"), RequestedRoles("y", include=("x",))).roles
    assert (roles.id, roles.features) == ("_id", ("x",))
    with pytest.raises(SchemaError, match="'_synced' starts with an underscore"):
        guess(Table(frame, "f"), RequestedRoles("y", include=("x", "_synced")))
