"""Broken here: an experiment as good as the best is given up, or a hopeless one is fitted to its end."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from core.errors import RetrainError
from core.stats.metrics import METRICS
from core.stats.predictions import Predictions
from core.training.search import evaluate
from core.training.search.blend import weights
from core.training.search.evaluate import PruneRules, helps_beside, is_hopeless, judge
from core.training.search.schemes import forward
from core.training.tasks import task_of
from core.training.treatments.treatment import Treatment

ALL = Treatment()
KINDS = ["newest", "decay", "experts_weighted", "corrected_only", "without_suspects"]
TASK = task_of(("no", "yes"))
of = Predictions.from_outputs


def world(n=600, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    X = pd.DataFrame({"x": y + rng.normal(scale=0.8, size=n), "noise": rng.normal(size=n)})
    facts = pd.DataFrame({"suspect": np.zeros(n, dtype=bool), "expert": np.arange(n) % 3 == 0})
    return X, pd.Series(np.array(["no", "yes"], dtype=object)[y]), facts


def run(model, *, treatment=ALL, best=None, seen=None, patience=0.0):
    X, y, facts = world()
    scheme = forward(np.arange(len(X), dtype=np.uint64))
    made = judge(
        Pipeline([("model", model)]), X, y, TASK, scheme, treatment, facts,
        metric=METRICS["accuracy"], best=best, patience=patience,
        progress=lambda _f, m: (seen or []).append(m),
    )  # fmt: skip
    return made, TASK.truth(y.iloc[scheme.judged_rows(made.parts)])


class Constant(LogisticRegression):
    """Says the same of every row."""

    def predict_proba(self, X):
        """The same of every row."""
        return np.tile([0.9, 0.1], (len(X), 1))

    def predict(self, X):
        """The same of every row."""
        return np.full(len(X), "no", dtype=object)


def test_a_hopeless_experiment_is_stopped_after_its_first_rows():
    best, truth = run(LogisticRegression())
    assert (best.parts, best.hopeless) == (4, False)
    assert METRICS["accuracy"].of_rows(truth, best.predictions) > 0.65
    worse, _ = run(Constant(), best=best.predictions)
    assert (worse.parts, worse.hopeless) == (1, True)
    again, _ = run(LogisticRegression(), best=best.predictions)
    assert (again.parts, again.hopeless) == (4, False)


def test_equal_experiments_are_given_up_in_at_most_their_share():
    """Three looks at .05 together: of 400 equal ones at most 8 % (four standard errors above)."""
    rng, given_up = np.random.default_rng(0), 0
    for _ in range(400):
        truth = np.zeros(400, dtype=int)
        odds = rng.random((2, 400)) < 0.2
        one, other = (of(np.eye(2)[wrong.astype(int)]) for wrong in odds)
        looks = [slice(0, end) for end in (100, 200, 300)]
        given_up += any(
            is_hopeless(METRICS["accuracy"], truth[part], one.at(np.arange(400)[part]),
                        other.at(np.arange(400)[part]), 3)
            for part in looks
        )  # fmt: skip
    assert given_up <= 32


def test_a_worse_one_of_another_kind_goes_on_where_a_stack_with_the_best_hears_it():
    """Both see the label through noise of their own, the worse one through more; blind, it is given up."""
    rng, truth = np.random.default_rng(0), np.arange(2_000) % 2

    def scores(signal):
        reading = signal * (2 * truth - 1) + rng.normal(size=2_000)
        odds = 1 / (1 + np.exp(-2 * signal * reading))
        return of(np.column_stack([1 - odds, odds]))

    best, worse, blind = scores(1.0), scores(0.8), scores(0.0)
    assert is_hopeless(METRICS["accuracy"], truth, best, worse, 3)
    assert helps_beside(METRICS["accuracy"], truth, best, worse)
    assert not helps_beside(METRICS["accuracy"], truth, best, blind)
    share = weights([best, worse], truth, METRICS["accuracy"])[1]
    for beside, helps in ((share, True), (share + 0.01, False)):
        rules = PruneRules(beside=beside)
        assert helps_beside(METRICS["accuracy"], truth, best, worse, rules) is helps


def test_one_that_helps_beside_the_best_goes_on_for_so_long(monkeypatch):
    best, _ = run(LogisticRegression())
    monkeypatch.setattr(evaluate, "helps_beside", lambda *_: True)
    assert run(Constant(), best=best.predictions)[0].hopeless
    assert not run(Constant(), best=best.predictions, patience=60.0)[0].hopeless
    ticks = iter(range(0, 99, 20))
    monkeypatch.setattr(evaluate.time, "monotonic", lambda: next(ticks))
    # a part took 20 s, so that three more take 60
    assert run(Constant(), best=best.predictions, patience=60.0)[0].hopeless


def test_under_thirty_rows_nothing_is_given_up():
    right, wrong = (of(np.eye(2)[[answer] * 40]) for answer in (0, 1))
    truth = np.zeros(40, dtype=int)
    for n, hopeless in ((29, False), (30, True)):
        part = np.arange(n)
        assert is_hopeless(METRICS["accuracy"], truth[part], right.at(part), wrong.at(part), 3) is hopeless
    assert not is_hopeless(METRICS["accuracy"], truth, right, wrong, 3, rules=PruneRules(fewest=41))


@pytest.mark.parametrize(
    "kind", ["newest", "decay", "experts_weighted", "corrected_only", "without_suspects"]
)
def test_treatments_change_what_is_learnt_and_not_what_is_judged(kind):
    plain, _ = run(LogisticRegression(), treatment=Treatment())
    treated, truth = run(LogisticRegression(), treatment=Treatment(kind, 0.5))
    assert len(treated.predictions.predicted) == len(plain.predictions.predicted) == len(truth) == 240
    same = np.allclose(treated.predictions.probabilities, plain.predictions.probabilities)
    assert same is (kind == "without_suspects")


def test_a_recipe_without_weights_is_told_so():
    with pytest.raises(RetrainError, match="no weights"):
        run(KNeighborsClassifier(), treatment=Treatment("decay", 0.25))


def test_too_few_rows_are_not_learnt_from():
    facts = pd.DataFrame({"suspect": [False] * 100, "expert": np.arange(100) < 39})
    with pytest.raises(RetrainError, match="39 rows"):
        Treatment("corrected_only").apply(facts, np.arange(100))
    facts["expert"] = np.arange(100) < 40
    assert len(Treatment("corrected_only").apply(facts, np.arange(100)).rows) == 40


def test_weights_halve_over_the_share_of_rows():
    facts = pd.DataFrame({"suspect": False, "expert": False}, index=range(100))
    weights = Treatment("decay", 0.25).apply(facts, np.arange(100)).weights
    assert weights[-1] == 1.0
    assert weights[-26] == pytest.approx(0.5)
