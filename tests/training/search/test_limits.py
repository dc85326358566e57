"""Broken here: a number that decides in a search is another one than its rules say."""

import numpy as np
import pandas as pd
import pytest

from core.errors import RetrainError
from core.stats.metrics import METRICS
from core.stats.predictions import Predictions
from core.training.recipes import feature_table
from core.training.search.ablation import carrying_columns
from core.training.search.derivations import derivations
from core.training.search.journey import of_labels, of_searching_on, of_twice_the_rows
from core.training.search.plan import RULES, place_to_tune, treatments_in_order
from core.training.search.sampler import Tried, propose
from core.training.search.shortlist import shortlist
from core.training.search.spaces import Choice, Number
from core.training.tasks import task_of
from core.training.treatments.treatment import Treatment

TWO = {"rate": Number(0.0, 1.0)}


def points(n, sign):
    return [Tried({"rate": rate}, sign * rate) for rate in np.linspace(0.05, 0.95, n)]


@pytest.mark.parametrize(("n", "believed"), [(4, False), (5, True)])
def test_five_points_are_at_random_before_merits_count(n, believed):
    seeds = range(10)
    up, down = ([propose(TWO, points(n, sign), seed) for seed in seeds] for sign in (1, -1))
    assert (up != down) is believed


def test_a_proposal_that_repeats_is_made_anew():
    space = {"kind": Choice(("a", "b"))}
    assert [propose(space, [Tried({"kind": "a"}, 0.0)], seed) for seed in range(10)] == [{"kind": "b"}] * 10


def test_the_pace_of_tuning_is_told_from_six_points_on():
    assert of_searching_on([0.1, 0.2, 0.3, 0.4, 0.5], [60.0] * 5) is None
    gain = of_searching_on([0.1, 0.2, 0.3, 0.4, 0.5, 0.5], [60.0] * 6)
    assert (gain.value, gain.minutes) == (pytest.approx(0.2), 3.0)


def test_an_expert_gives_five_labels_a_minute():
    assert of_labels(0.02, 300).minutes == 60.0


def test_of_one_doubling_the_next_brings_half():
    assert of_twice_the_rows(0.9, 0.8, None) == pytest.approx(0.05)
    assert of_twice_the_rows(0.9, 0.8, 0.6) == pytest.approx(0.05)
    assert of_twice_the_rows(0.9, 0.8, 0.75) == pytest.approx(0.1)


def test_suspects_and_experts_are_asked_for_from_ten_on():
    def kinds(suspects, experts):
        return [one.kind for one in treatments_in_order((), suspects, experts)]

    assert kinds(9, 9) == []
    assert kinds(10, 9) == ["without_suspects"]
    assert kinds(9, 10) == ["experts_weighted", "corrected_only"]


def test_windows_weights_and_samples_are_halved():
    ordered = [(one.kind, one.amount) for one in treatments_in_order(("inside",), 0, 10)]
    assert ordered[:4] == [("newest", 0.5), ("newest", 0.25), ("decay", 0.25), ("experts_weighted", 5.0)]
    assert treatments_in_order(("mix",), 0, 0)[0] == Treatment("decay", 0.25)
    assert treatments_in_order(("data_fault",), 0, 0) == []
    assert (RULES.samples, RULES.most_columns) == ((0.5, 0.25), 6)


def test_half_of_the_points_go_to_the_best_recipe_and_a_third_to_the_second():
    places = [place_to_tune(number, 3) for number in range(12)]
    assert [places.count(place) for place in range(3)] == [6, 4, 2]
    assert {place_to_tune(number, 1) for number in range(6)} == {0}


def answers(right, n=200):
    return Predictions.from_outputs(np.eye(2)[(np.arange(n) >= right).astype(int)])


def test_at_most_three_recipes_each_once_and_none_that_is_worse():
    def chosen(recipes, rights):
        made = [answers(right) for right in rights]
        return shortlist(recipes, made.__getitem__, METRICS["accuracy"], np.zeros(200, dtype=int))

    assert chosen(["a", "a", "b", "c", "d"], [190] * 5) == [0, 2, 3]
    # 8 rows that differ are beyond chance, 2 are not
    assert chosen(["a", "b", "c"], [190, 188, 182]) == [0, 1]


@pytest.mark.parametrize(
    ("rights", "plain", "expected"),
    [
        ([190, 188, 187], 2, [2, 0, 1]),
        # of three places the last is its own
        ([190, 190, 190, 190, 188], 4, [4, 0, 1]),
        # 4 rows that differ are within chance at 2.5 %, 5 are beyond it; it is a finalist all the same
        ([190, 186], 1, [1, 0]),
        ([190, 185], 1, [0, 1]),
        ([190, 170], 1, [0, 1]),
        ([190, 188], 0, [0, 1]),
    ],
)
def test_the_recipe_of_the_champion_is_a_finalist_and_the_first_within_chance(rights, plain, expected):
    made, recipes = [answers(right) for right in rights], ["b", "a", "a", "c", "a"]
    recipes = recipes[: len(rights)]
    places = shortlist(recipes, made.__getitem__, METRICS["accuracy"], np.zeros(200, dtype=int), plain=plain)
    assert places == expected


def test_a_finalist_without_predictions_is_none_but_the_best():
    assert shortlist(["a", "b"], lambda _place: None, METRICS["accuracy"], np.zeros(9, dtype=int)) == [0]


def test_forty_rows_are_left_to_learn_from():
    facts = pd.DataFrame({"suspect": False, "expert": False}, index=range(160))
    assert len(Treatment("newest", 0.25).apply(facts, np.arange(160)).rows) == 40
    with pytest.raises(RetrainError, match="39 rows"):
        Treatment("newest", 0.25).apply(facts, np.arange(159))


@pytest.mark.parametrize(
    ("kinds", "broken", "expected"), [(3, 24, {"target_means", "dates"}), (2, 25, set())]
)
def test_kinds_from_three_on_and_times_above_ninety_five_in_a_hundred(kinds, broken, expected):
    n = 500
    days = pd.date_range("2024-01-01", periods=n, freq="D").strftime("%Y-%m-%d").to_numpy(dtype=object)
    days[:broken] = "never"
    towns = np.array(["x", "y", "z"], dtype=object)[np.arange(n) % kinds]
    X = pd.DataFrame({"town": pd.Series(towns, dtype=object), "day": pd.Series(days, dtype=object)})
    offered = derivations(X, np.arange(n) % 2, feature_table(X), np.arange(300))
    assert {one.kind for one in offered if set(one.columns) & {"town", "day"}} >= expected
    assert not any(one.kind == "dates" for one in offered if not expected)
    assert any("town" in one.columns for one in offered) is bool(expected)


def test_three_columns_are_multiplied():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({f"x{n}": rng.normal(size=90) for n in range(5)})
    (products,) = derivations(X, np.arange(90) % 2, feature_table(X), np.arange(60))
    assert len(products.columns) == 3


class Counting:
    """Predicts, and counts how often it is asked."""

    asked = 0
    classes_ = np.array(["no", "yes"], dtype=object)

    def predict_proba(self, X):
        """Of the first column."""
        self.asked += 1
        return np.column_stack([1 - X["a"], X["a"]])

    def predict(self, X):
        """By the larger one."""
        return self.classes_[(X["a"] > 0.5).astype(int)]


def test_each_column_is_shuffled_three_times():
    rng, model = np.random.default_rng(0), Counting()
    X = pd.DataFrame({"a": rng.random(200), "b": rng.random(200)})
    truth = (X["a"] > 0.5).to_numpy().astype(int)
    ranked = carrying_columns(model, X, truth, task_of(("no", "yes")), METRICS["accuracy"], ["b", "a"], 0)
    assert model.asked == 1 + 2 * 3
    assert [name for name, _ in ranked] == ["a", "b"]
    assert ranked[0][1] > 0.3
