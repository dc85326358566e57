"""The limits of gates, holdouts and segments: what lies just below passes, what lies just above does not."""

import numpy as np
import pandas as pd
import pytest

from core.errors import RetrainError
from core.stats.predictions import Predictions
from core.training.comparison import gates
from core.training.comparison.segments import judge
from core.training.regression import Regression
from core.training.split import newest_window, training_rows
from core.training.tasks import task_of
from tests.training.test_gates import CLEAN, Model
from tests.training.test_gates import subject as subject_of
from tests.training.test_split import frame

of = Predictions.from_outputs


def results(made, rules=gates.RULES):
    return {gate.name: gate.passed for gate in gates.run(made, CLEAN, rules)}


@pytest.mark.parametrize(("gap", "passed"), [(0.95e-6, True), (1.05e-6, False)])
def test_predictions_may_change_in_the_seventh_digit_only(gap, passed):
    assert results(subject_of(Model(shift=gap)))["determinism"] is passed


@pytest.mark.parametrize(("gap", "passed"), [(0.95e-6, True), (1.05e-6, False)])
def test_probabilities_add_up_within_what_rounding_leaves(gap, passed):
    assert results(subject_of(Model(sums=1 + gap)))["schema"] is passed


class BelowZero(Model):
    """Probabilities that add up to 1, one of them below 0."""

    def predict_proba(self, X):
        """-.1 and 1.1 for every row."""
        return np.tile([-0.1, 1.1], (len(X), 1))


def test_a_probability_below_zero_fails_the_schema_though_all_add_up_to_one():
    assert results(subject_of(BelowZero()))["schema"] is False


class Numbers:
    """A regression whose predictions are about 1,000, the last of them off by so much."""

    def __init__(self, off=0.0):
        self.off = off

    def predict(self, X):
        """Numbers."""
        x = pd.to_numeric(X["x"], errors="coerce").fillna(0).to_numpy(float)
        return x * 1000 + self.off


@pytest.mark.parametrize(("off", "passed"), [(0.95e-3, True), (1.05e-3, False)])
def test_numbers_may_change_in_the_seventh_digit_of_their_size(off, passed):
    rows = pd.DataFrame({"x": np.linspace(0, 1, 20)})
    made = gates.Subject(
        Numbers(off), None, lambda: Numbers(off), rows, of(rows["x"].to_numpy() * 1000), task_of(())
    )
    assert results(made)["determinism"] is passed


@pytest.mark.parametrize(
    ("ties", "n", "passed"), [(2, 200, True), (3, 200, False), (10, 1000, True), (11, 1000, False)]
)
def test_one_row_in_a_hundred_may_be_decided_otherwise(ties, n, passed):
    rows = pd.DataFrame({"x": np.r_[np.full(ties, 0.5), np.linspace(0, 0.4, n - ties)]})
    before = gates.predict(Model(), rows, task_of(("no", "yes")))
    made = gates.Subject(Model(threshold=0.5 - 1e-9), None, Model, rows, before, task_of(("no", "yes")))
    assert results(made)["determinism"] is passed


class Clock:
    """Time that passes only while a slow model predicts."""

    now = 0.0

    def __call__(self):
        """Seconds."""
        return self.now


class Slow(Model):
    """A model that takes so many seconds."""

    def __init__(self, clock, seconds):
        super().__init__()
        self.clock, self.seconds = clock, seconds

    def predict(self, X):
        """Takes its time."""
        self.clock.now += self.seconds
        return super().predict(X)


@pytest.mark.parametrize(
    ("challenger", "champion", "passed"),
    [(0.49, None, True), (0.51, None, False), (0.51, 0.1, False), (0.89, 0.3, True), (0.91, 0.3, False)],
)
def test_a_model_may_take_half_a_second_or_thrice_its_champions(monkeypatch, challenger, champion, passed):
    clock = Clock()
    monkeypatch.setattr(gates, "perf_counter", clock)
    made = subject_of(Slow(clock, challenger), Slow(clock, champion) if champion else None)
    assert results(made)["latency"] is passed


@pytest.mark.parametrize(
    ("challenger", "champion", "passed"),
    [(199, None, True), (201, None, False), (201, 1, False), (299, 100, True), (301, 100, False)],
)
def test_a_model_may_have_200_megabytes_or_thrice_its_champions(monkeypatch, challenger, champion, passed):
    first, second = Model(), Model()
    size_by_model = {id(first): challenger * 1_000_000, id(second): (champion or 0) * 1_000_000}
    monkeypatch.setattr(gates, "_bytes", lambda model: size_by_model[id(model)])
    assert results(subject_of(first, second if champion else None))["size"] is passed


@pytest.mark.parametrize(("rows", "judged"), [(29, False), (30, True)])
def test_a_segment_needs_thirty_rows(rows, judged):
    assert is_judged("accuracy", np.arange(rows) % 2) is judged


@pytest.mark.parametrize(("positives", "judged"), [(4, False), (5, True)])
def test_a_segment_needs_five_rows_of_two_classes_where_the_metric_does(positives, judged):
    truth = (np.arange(60) < positives).astype(int)
    assert is_judged("roc_auc", truth) is judged
    assert is_judged("accuracy", truth)


def is_judged(metric, truth):
    said = of(np.random.default_rng(0).dirichlet(np.ones(2), len(truth)))
    (part,) = judge({"s": pd.Series(["x"] * len(truth), dtype=object)}, metric, truth, said, said)
    return part.verdict != "too_small"


def test_the_twelve_most_frequent_values_are_judged():
    column = pd.Series(np.repeat([f"v{k}" for k in range(14)], [40 - k for k in range(14)]), dtype=object)
    truth = np.zeros(len(column), dtype=int)
    said = of(np.tile([0.9, 0.1], (len(column), 1)))
    assert {part.value for part in judge({"s": column}, "accuracy", truth, said, said)} == {
        f"v{k}" for k in range(12)
    }


def test_eighty_labelled_rows_are_enough_to_keep_some_apart_and_one_fewer_is_not():
    assert len(newest_window(frame(rows=80, trained=80, chunk=10)).row_ids) == 40
    with pytest.raises(RetrainError, match="at least 80 rows"):
        newest_window(frame(rows=79, trained=79, chunk=10))


def test_forty_rows_are_enough_to_learn_from_and_one_fewer_is_not():
    rows = frame(rows=100, trained=100)
    assert len(training_rows(rows, {f"r{n}" for n in range(40, 100)}, ["x"]).rows) == 40
    with pytest.raises(RetrainError, match="39 labelled rows"):
        training_rows(rows, {f"r{n}" for n in range(39, 100)}, ["x"])


@pytest.mark.parametrize(("logged", "first"), [(200, 500 + 100), (199, 699 - 200)])
def test_the_log_gives_the_holdout_from_two_hundred_rows_on(logged, first):
    rows = frame(rows=500 + logged, chunk=1)
    assert min(int(i[1:]) for i in newest_window(rows).row_ids) == first


def test_the_holdout_is_a_fifth_of_a_long_log():
    assert len(newest_window(frame(rows=2500, trained=500, chunk=1)).row_ids) == 400


@pytest.mark.parametrize(
    ("closer", "flips"),
    [
        (0.09, {"fixed": 0, "broken": 0, "neutral": 10}),
        (0.11, {"fixed": 10, "broken": 0, "neutral": 0}),
        (-0.09, {"fixed": 0, "broken": 0, "neutral": 10}),
        (-0.11, {"fixed": 0, "broken": 10, "neutral": 0}),
    ],
)
def test_errors_within_a_tenth_of_the_mean_error_are_equally_good(closer, flips):
    assert (
        Regression().flips(np.zeros(10), of(np.full(10, 5.0)), of(np.full(10, 5.0 * (1 - closer)))) == flips
    )


@pytest.mark.parametrize(("distance", "differ"), [(0.99, False), (1.01, True)])
def test_numbers_differ_that_are_farther_apart_than_the_champions_mean_error(distance, differ):
    apart = Regression().disagreements(np.zeros(4), of(np.full(4, 2.0)), of(np.full(4, 2.0 + 2 * distance)))
    assert apart.tolist() == [differ] * 4


def test_flips_of_classes_are_fixed_broken_or_wrong_in_another_way():
    truth, before, after = np.array([0, 0, 0, 0, 0]), np.array([0, 1, 0, 1, 1]), np.array([0, 0, 1, 2, 1])
    task = task_of(("a", "b", "c"))
    seen = task.flips(truth, of(np.eye(3)[before]), of(np.eye(3)[after]))
    assert seen == {"fixed": 1, "broken": 1, "neutral": 1}
    assert task.disagreements(truth, of(np.eye(3)[before]), of(np.eye(3)[after])).sum() == 3
