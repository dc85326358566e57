"""Broken here: a champion that reads more than the features cannot vote, or votes on what it has learnt."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeRegressor

from core.label_errors.cv_splits import Split
from core.label_errors.out_of_fold import out_of_fold
from core.services import dataset
from core.services.label_errors import companions
from core.training.recipes import build
from core.training.search.blend import thaw
from core.training.search.decision_threshold import decide_from
from core.training.trends.trend import Trend
from tests.training.trends.test_trend import SPEC, rows

HALVES = np.arange(200) % 2 == 0
SPLITS = (Split(np.flatnonzero(HALVES), np.flatnonzero(~HALVES)),)


@pytest.fixture
def frame():
    """Canonical rows of numbers that grow."""
    X, day, rng = rows(n=200)
    y = X["a"] + 0.1 * day + 0.1 * rng.normal(size=200)
    return X.drop(columns="at").assign(_time=X["at"], _label=y)


def test_a_champion_beside_a_trend_votes_on_what_it_reads_and_keeps_its_family_out(frame):
    X = dataset.features(SPEC, frame)
    champion = Trend(build("ridge", X, SPEC, 0), "at")
    champion.fit(X.assign(at=frame["_time"]), frame["_label"])
    jury = companions.convene(champion, SPEC, X, read=dataset.features(SPEC, frame, champion))
    first = jury.contenders[0]
    assert list(first.features.columns) == ["month", "a", "at"]
    assert "Linear regression" not in [one.name for one in jury.contenders[1:]]
    votes = out_of_fold(first, frame["_label"].to_numpy(), (), SPLITS)
    assert np.abs(votes - frame["_label"])[~HALVES].mean() < 1.0


def test_the_members_of_a_stack_learn_anew_for_every_fold():
    X, y = pd.DataFrame({"a": np.arange(200.0)}), np.random.default_rng(0).normal(size=200)
    tree = DecisionTreeRegressor().fit(X, y)
    stack = VotingRegressor([("member1", FrozenEstimator(tree))], weights=[1.0]).fit(X, y)
    assert np.array_equal(clone(stack).fit(X[HALVES], y[HALVES]).predict(X[~HALVES]), y[~HALVES])
    anew = clone(thaw(stack)).fit(X[HALVES], y[HALVES]).predict(X[~HALVES])
    assert np.abs(anew - y[~HALVES]).mean() > 0.5
    assert thaw(tree) is tree


def test_a_stack_keeps_its_threshold_when_its_members_learn_anew():
    X, y = pd.DataFrame({"a": np.arange(40.0)}), np.repeat(["no", "yes"], 20)
    member = FrozenEstimator(LogisticRegression().fit(X, y))
    stack = VotingClassifier([("member1", member)], voting="soft", weights=[1.0]).fit(X, y)
    anew = thaw(decide_from(stack, 0.9, "yes"))
    assert anew.threshold == 0.9
    assert isinstance(anew.estimator.estimators[0][1], LogisticRegression)
    assert np.isin(anew.fit(X, y[::-1]).predict(X.head(1)), ["yes", "no"]).all()
