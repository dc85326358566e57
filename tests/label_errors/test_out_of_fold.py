"""Out-of-fold votes equal scikit-learn's, no row is judged by a model that saw it, columns stay aligned."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from core.label_errors.cv_splits import Split, shuffled_splits
from core.label_errors.out_of_fold import Contender, out_of_fold

X, NUMBER = load_iris(return_X_y=True)
CLASSES = ("setosa", "versicolor", "virginica")
LABELS = np.array(CLASSES, dtype=object)[NUMBER]
SPLITS = shuffled_splits(NUMBER, np.arange(150), repeats=1)


def vote(model, splits=SPLITS, labels=LABELS, classes=CLASSES, **how):
    most = how.pop("at_most", None)
    return out_of_fold(Contender("m", model, X, most), list(labels), classes, splits, **how)


def test_votes_equal_cross_val_predict():
    model = LogisticRegression(max_iter=1000)
    oracle = cross_val_predict(
        model, X, LABELS.astype(str), cv=[(s.train, s.test) for s in SPLITS], method="predict_proba"
    )
    np.testing.assert_allclose(vote(model), oracle, atol=1e-9)


def test_threads_change_nothing():
    model = LogisticRegression(max_iter=1000)
    np.testing.assert_allclose(vote(model, jobs=1), vote(model, jobs=2))


class Spy(ClassifierMixin, BaseEstimator):
    """Remembers the rows that it learnt from and votes for the first class where it meets one again."""

    def fit(self, X, y):
        """Remember."""
        self.classes_ = np.unique(y.astype(str))
        self.seen_ = {tuple(row) for row in X}
        return self

    def predict_proba(self, X):
        """The first class for a row that was learnt from, else the second."""
        known = np.array([tuple(row) in self.seen_ for row in X], dtype=float)
        return np.column_stack([known, 1 - known, 0 * known])


def test_no_model_saw_the_row_that_it_judges():
    numbers = np.arange(150.0)[:, None]
    votes = out_of_fold(Contender("spy", Spy(), numbers), LABELS.tolist(), CLASSES, SPLITS)
    assert (votes[:, 0] == 0).all()


def test_repeats_are_averaged():
    one = shuffled_splits(NUMBER, np.arange(150), repeats=1, seed=0)
    two = shuffled_splits(NUMBER, np.arange(150), repeats=1, seed=1)
    mean = (vote(GaussianNB(), one) + vote(GaussianNB(), two)) / 2
    np.testing.assert_allclose(vote(GaussianNB(), one + two), mean)


def test_a_class_missing_from_a_training_part_gets_zero_in_its_own_column():
    split = Split(np.flatnonzero(NUMBER != 1), np.flatnonzero(NUMBER == 1))
    votes = vote(GaussianNB(), (split,))
    assert (votes[NUMBER == 1, 1] == 0).all()
    assert np.isnan(votes[NUMBER != 1]).all()


def test_a_sample_for_training_holds_every_class():
    labels = np.array(["setosa"] * 148 + ["versicolor", "virginica"], dtype=object)
    split = Split(np.arange(150), np.arange(10))
    votes = vote(KNeighborsClassifier(1), (split,), labels=labels, at_most=5)
    assert votes.shape == (150, 3)
    assert not np.isnan(votes[:10]).any()


def test_an_expert_answer_outweighs_the_given_labels_beside_it():
    """With three copies, one settled row is the majority among its three nearest."""
    split = Split(np.arange(1, 150), np.array([0]))
    near = np.argsort(((X - X[0]) ** 2).sum(axis=1))[1]
    labels = LABELS.copy()
    labels[near] = "virginica"
    copies = np.ones(150, dtype=int)
    plain = vote(KNeighborsClassifier(3), (split,), labels=labels, copies=copies)[0, 2]
    copies[near] = 3
    assert plain < 0.5 < vote(KNeighborsClassifier(3), (split,), labels=labels, copies=copies)[0, 2]


def test_cancelling_stops_after_the_fit_in_hand():
    class StopError(Exception):
        """The person pressed stop."""

    def stop():
        raise StopError

    with pytest.raises(StopError):
        vote(GaussianNB(), tick=stop, jobs=1)
