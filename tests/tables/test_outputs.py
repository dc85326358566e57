"""Broken here: what a model of another library says is taken for something else."""

import numpy as np
import pandas as pd
import pytest

from core.errors import SchemaError
from core.tables.values.model_outputs import read_output

TWO, THREE = ("no", "yes"), ("0", "1", "2")


def test_labels_probabilities_and_the_positive_class_are_told_apart():
    labels = read_output(np.array(["yes", "no"]), TWO, "m")
    assert labels.predicted.tolist() == ["yes", "no"]
    assert labels.chances is None
    positive = read_output(np.array([[0.9], [0.2]]), TWO, "m")
    assert positive.predicted.tolist() == ["yes", "no"]
    assert positive.chances[:, 1].tolist() == [0.9, 0.2]
    vector = read_output(np.array([[0.1, 0.2, 0.7]]), THREE, "m")
    assert vector.predicted.tolist() == ["2"]


@pytest.mark.parametrize(("chance", "decision"), [(0.5, "no"), (np.nextafter(0.5, 1), "yes")])
def test_one_half_is_the_first_class_in_every_form(chance, decision):
    """One probability, or one for each class: the same rows must not be decided in two ways."""
    one, both = np.array([chance, 0.9]), np.array([[1 - chance, chance], [0.1, 0.9]])
    assert [read_output(raw, TWO, "m").predicted[0] for raw in (one, both)] == [decision] * 2


@pytest.mark.parametrize(
    "raw",
    [
        np.array([2, 0]),
        np.array([2.0, 0.0]),
        pd.Series(["2", "0"]),
        ["2", "0"],
        pd.DataFrame({"prediction": [2, 0]}),
        pd.DataFrame({"2": [0.8, 0.1], "0": [0.1, 0.9], "1": [0.1, 0.0]}),
        pd.DataFrame({2: [0.8, 0.1], 0: [0.1, 0.9], 1: [0.1, 0.0]}),
        {"label": [2, 0], "probabilities": [{0: 0.1, 1: 0.1, 2: 0.8}, {0: 0.9, 1: 0.0, 2: 0.1}]},
        [{"0": 0.1, "1": 0.1, "2": 0.8}, {"0": 0.9, "1": 0.0, "2": 0.1}],
        {"label": [2, 0], "probabilities": [np.array([0.1, 0.1, 0.8]), np.array([0.9, 0.0, 0.1])]},
    ],
)
def test_every_form_of_the_same_answer_is_read(raw):
    assert read_output(raw, THREE, "m").predicted.tolist() == ["2", "0"]


@pytest.mark.parametrize(
    "raw",
    [
        {"label": ["no", "yes"], "probabilities": [{"no": 0.3, "yes": 0.7}, {"no": 0.8, "yes": 0.2}]},
        {"label": ["no", "yes"], "probabilities": [np.array([0.3, 0.7]), np.array([0.8, 0.2])]},
        pd.DataFrame({"no": [0.3, 0.8], "decision": ["no", "yes"], "yes": [0.7, 0.2]}),
    ],
)
def test_a_decision_beside_probabilities_is_taken_as_it_is(raw):
    said = read_output(raw, TWO, "m")
    assert said.predicted.tolist() == ["no", "yes"]
    assert said.chances[:, 1].tolist() == [0.7, 0.2]


def test_a_model_that_learnt_from_numbers_answers_yes_and_no():
    assert read_output(np.array([0, 1, 1]), TWO, "m").predicted.tolist() == ["no", "yes", "yes"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (np.array([[1.5, -0.5]]), "no probabilities"),
        (np.array([[0.5, 0.1]]), "no probabilities"),
        (np.array([[np.nan, 0.1]]), "no probabilities"),
        (np.array([[0.1, 0.2, 0.7]]), "3 numbers a row, but there are 2 classes"),
        (np.array(["maybe"]), "'maybe', which is no class"),
        (np.array([3.7]), "'3.7', which is no class"),
        (np.array([0, 2]), "'2', which is no class"),
        (np.zeros((2, 2, 2)), "3 dimensions"),
        (pd.DataFrame({"a": ["x"], "b": ["y"]}), "the columns a, b"),
        (np.array([["a", "b"]]), "texts where probabilities"),
    ],
)
def test_what_is_neither_class_nor_probability_is_refused(raw, said):
    with pytest.raises(SchemaError, match=said) as refused:
        read_output(raw, TWO, "shop version 1")
    assert refused.value.hint


def test_a_probability_outside_by_rounding_is_clipped():
    said = read_output(np.array([np.float32(1.0000001), -1e-9, 0.4]), ("no", "yes"), "shop 1")
    assert said.predicted.tolist() == ["yes", "no", "no"]
    assert said.chances[:, 1].tolist() == [1.0, 0.0, 0.4]
