"""Broken here: a model learns from other rows than its treatment names, in a fold or on all of them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from core.errors import RetrainError
from core.training.fit import assign_folds, fit, fit_once
from core.training.refit import refit
from core.training.search.blend import vote
from core.training.search.decision_threshold import beneath_threshold, decide_from, keep_threshold
from core.training.tasks import task_of
from core.training.treatments.fit_treated import Treatments, fit_each
from core.training.treatments.treatment import Treatment

N = 200
NUMBERS, BINARY = task_of(()), task_of(("no", "yes"))
QUARTER, HALF, ALL = Treatment("newest", 0.25), Treatment("newest", 0.5), Treatment()
COPIES = np.arange(N, dtype=np.uint64)


def world():
    """Rows in no order of time, whose relation turns for the newest quarter."""
    rng = np.random.default_rng(0)
    when = rng.permutation(N)
    X = pd.DataFrame(rng.normal(size=(N, 2)), columns=["a", "b"])
    slope = np.where(when >= N - N // 4, 9.0, 1.0)
    return X, pd.Series(slope * X["a"] + rng.normal(scale=0.1, size=N)), when


def treatments(when, *each, suspect=None, expert=None):
    facts = pd.DataFrame(
        {name: np.zeros(N, dtype=bool) if known is None else known
         for name, known in {"suspect": suspect, "expert": expert}.items()}
    )  # fmt: skip
    return Treatments(each, facts, np.argsort(when))


def by_hand(X, y, rows, weights=None):
    return LinearRegression().fit(X.iloc[rows], y.iloc[rows], sample_weight=weights)


def quiet(_done, _what):
    pass


def test_it_is_the_model_of_the_newest_rows_and_so_is_each_of_its_folds():
    X, y, when = world()
    own = treatments(when, QUARTER)
    made = fit(
        LinearRegression(), X, y, NUMBERS, metric="mae", seed=0, copies=COPIES, progress=quiet, treatments=own
    )
    newest = np.flatnonzero(when >= N - N // 4)
    assert np.allclose(made.estimator.coef_, by_hand(X, y, newest).coef_)
    assert np.array_equal(made.judged, newest)
    number = assign_folds(NUMBERS.strata(y.to_numpy()), COPIES, 0)
    for fold in np.unique(number):
        others = np.flatnonzero(number != fold)
        window = others[np.argsort(when[others])][len(others) - len(others) // 4 :]
        there = number[made.judged] == fold
        expected = by_hand(X, y, window).predict(X.iloc[made.judged[there]])
        assert np.allclose(made.out_of_fold.predicted[there], expected)
    # rows before the window, which follow another relation, say nothing of it
    assert made.cv["mae"]["value"] < 1.0


@pytest.mark.parametrize("amount", [0.1, 0.5])
def test_weights_that_halve_are_those_of_the_order_of_time_and_every_row_is_judged(amount):
    X, y, when = world()
    own = treatments(when, Treatment("decay", amount))
    model = fit_once(LinearRegression(), X, y, NUMBERS, own)
    weights = 0.5 ** ((N - 1 - when) / N / amount)
    assert np.allclose(model.coef_, by_hand(X, y, np.arange(N), weights).coef_)
    assert np.array_equal(own.judged, np.arange(N))


def test_what_is_known_of_labels_chooses_and_weighs():
    X, y, when = world()
    known = np.arange(N) % 3 == 0
    only = fit_once(
        LinearRegression(), X, y, NUMBERS, treatments(when, Treatment("corrected_only"), expert=known)
    )
    rest = fit_once(
        LinearRegression(), X, y, NUMBERS, treatments(when, Treatment("without_suspects"), suspect=known)
    )
    heavy = treatments(when, Treatment("experts_weighted", 5.0), expert=known)
    five = fit_once(LinearRegression(), X, y, NUMBERS, heavy)
    assert np.allclose(only.coef_, by_hand(X, y, np.flatnonzero(known)).coef_)
    assert np.allclose(rest.coef_, by_hand(X, y, np.flatnonzero(~known)).coef_)
    assert np.allclose(five.coef_, by_hand(X, y, np.arange(N), np.where(known, 5.0, 1.0)).coef_)


@pytest.mark.parametrize("each", [(QUARTER, ALL), (ALL, Treatment("decay", 0.1)), (HALF, QUARTER)])
def test_each_member_of_a_refitted_stack_learns_from_rows_of_its_own_with_the_weights_kept(each):
    X, y, when = world()
    frozen = vote([LinearRegression().fit(X[:9], y[:9]) for _ in each], [0.3, 0.7], numbers=True)
    own = treatments(when, *each)
    made = refit(frozen, X, y, X.head(20), NUMBERS, seed=0, copies=COPIES, progress=quiet, treatments=own)
    hands = []
    for one in each:
        treated = one.apply(own.facts, own.oldest_first)
        hands.append(by_hand(X, y, treated.rows, treated.weights).predict(X))
    assert np.allclose(made.estimator.predict(X), 0.3 * hands[0] + 0.7 * hands[1])
    assert list(made.estimator.feature_names_in_) == ["a", "b"]
    # every row is predicted by a model that did not see it, in a window or not
    assert np.isfinite(made.out_of_fold.outputs).all()
    longest = {(QUARTER, ALL): N, (HALF, QUARTER): N // 2}.get(each, N)
    assert len(own.judged) == longest


def test_a_threshold_stays_around_what_learns_by_weights_or_as_a_stack():
    X, y, when = world()
    labels = np.where(y > 0, "yes", "no").astype(object)
    model = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())]).fit(X, labels)
    decides = decide_from(model, 0.2, "yes")
    weighed = treatments(when, Treatment("decay", 0.25))
    alone = fit_each(decides, X, labels, weighed.apply(np.arange(N)))
    inside = fit_each(model, X, labels, weighed.apply(np.arange(N)))
    score = inside.predict_proba(X)[:, 1]
    assert np.allclose(alone.predict_proba(X)[:, 1], score)
    assert list(alone.predict(X)) == list(np.where(score >= 0.2, "yes", "no"))
    stack = decide_from(vote([model, model], [0.5, 0.5], numbers=False), 0.2, "yes")
    both = fit_each(stack, X, labels, treatments(when, ALL, ALL).apply(np.arange(N)))
    assert isinstance(both, FixedThresholdClassifier)
    assert np.allclose(both.predict_proba(X), model.predict_proba(X))
    assert beneath_threshold(model) is keep_threshold(model, model) is model


def test_what_cannot_be_done_is_refused():
    X, y, when = world()
    with pytest.raises(RetrainError, match="only 30 rows are left"):
        fit_once(
            LinearRegression(), X, y, NUMBERS,
            treatments(when, Treatment("corrected_only"), expert=np.arange(N) < 30),
        )  # fmt: skip
    with pytest.raises(RetrainError, match="takes no weights of rows"):
        fit_once(KNeighborsRegressor(), X, y, NUMBERS, treatments(when, Treatment("decay", 0.25)))
    labels = pd.Series(np.where(when < 10, "rare", np.where(y > 0, "yes", "no")), dtype=object)
    stack = vote([LogisticRegression().fit(X, labels)] * 2, [0.5, 0.5], numbers=False)
    task = task_of(("no", "rare", "yes"))
    with pytest.raises(RetrainError, match="have not learnt the same classes"):
        fit_once(stack, X, labels, task, treatments(when, ALL, HALF))
    assert len(fit_once(stack, X, labels, task, treatments(when, ALL, ALL)).classes_) == 3
