"""Votes of several people settle no worse than a majority; people are known as far as votes tell."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.annotation.confusion import confusions
from core.annotation.dawid_skene import settle
from core.annotation.quality import _missing, quality
from core.annotation.rules import RULES
from core.annotation.votes import Votes
from core.errors import LabelError

YES_NO = ("no", "yes")


def sharp(share, K=2):
    """(K, K) of somebody who is right in this share of every class."""
    return np.full((K, K), (1 - share) / (K - 1)) + np.eye(K) * (share - (1 - share) / (K - 1))


def world(people, rows=400, seed=0, shares=None):
    """(truth, votes) of rows that all of these people label."""
    rng = np.random.default_rng(seed)
    K = len(people[0])
    truth = rng.choice(K, rows, p=shares)
    chances = np.stack(people)[:, truth].cumsum(axis=2)
    labels = (rng.random((len(people), rows, 1)) > chances).sum(axis=2)
    ids, names = np.tile(np.arange(rows), len(people)), np.repeat(np.arange(len(people)), rows)
    classes = YES_NO if K == 2 else tuple(map(str, range(K)))
    return truth, Votes.from_names(
        ids.astype(str), names.astype(str), np.array(classes)[labels.ravel()], classes
    )


def models(truth, K=2, seed=1, gap=1.5):
    """(n, K) calibrated probabilities: the log-odds of normal scores."""
    logits = np.random.default_rng(seed).normal(size=(len(truth), K)) + gap * np.eye(K)[truth]
    p = np.exp(gap * logits)
    return p / p.sum(axis=1, keepdims=True)


def right(posterior, truth):
    return (posterior.argmax(axis=1) == truth).mean()


@pytest.mark.parametrize("rows", [12, 60, 300])
@pytest.mark.parametrize("share", [0.7, 0.85])
def test_people_who_are_alike_settle_as_their_majority(rows, share):
    """Whose differences are chance must not be told apart: that would be noisier than votes."""
    truth, votes = world([sharp(share)] * 3, rows, seed=4)
    assert (settle(votes).posterior.argmax(axis=1) == votes.by_row.argmax(axis=1)).all()
    assert len(truth) == rows


def test_who_is_mostly_wrong_counts_against():
    truth, votes = world([sharp(0.9), sharp(0.9), sharp(0.25)], 600)
    consensus = settle(votes)
    assert right(consensus.posterior, truth) > right(votes.by_row, truth) + 0.04
    assert np.abs(np.diag(consensus.confusions.people[2]) - 0.25).max() < 0.08


def test_one_good_person_outweighs_two_who_guess_among_ten_classes():
    truth, votes = world([sharp(0.95, 10), sharp(0.5, 10), sharp(0.5, 10)], 300)
    assert right(settle(votes).posterior, truth) > right(votes.by_row, truth) + 0.08


def test_whoever_prefers_a_class_is_known_by_it():
    """A "yes" of somebody who says it half of the time tells little, their "no" much."""
    eager = np.array([[0.5, 0.5], [0.02, 0.98]])
    truth, votes = world([sharp(0.9), sharp(0.9), eager], 1000)
    consensus = settle(votes)
    assert np.abs(consensus.confusions.people[2] - eager).max() < 0.08
    assert right(consensus.posterior, truth) >= right(votes.by_row, truth)


def test_posteriors_mean_what_they_say():
    """Of the rows that are thought certain to .8 to .95, as many are right."""
    truth, votes = world([sharp(0.9), sharp(0.75), sharp(0.75)], 3000)
    posterior = settle(votes, models(truth)).posterior
    top = posterior.max(axis=1)
    middle = (top > 0.8) & (top < 0.95)
    assert right(posterior[middle], truth[middle]) == pytest.approx(top[middle].mean(), abs=0.05)


def test_models_decide_between_two_people_who_differ():
    truth, votes = world([sharp(0.85), sharp(0.85)], 500)
    differ = votes.by_row.max(axis=1) == 1
    posterior = settle(votes, models(truth)).posterior
    assert right(posterior[differ], truth[differ]) > 0.75


def test_models_that_know_nothing_are_not_believed():
    truth, votes = world([sharp(0.85)] * 3, 800)
    noise = models(np.random.default_rng(5).integers(0, 2, len(truth)))
    consensus = settle(votes, noise)
    assert consensus.trust < 0.15
    assert right(consensus.posterior, truth) == pytest.approx(right(votes.by_row, truth), abs=0.01)


def test_models_that_are_less_sure_than_they_might_be_are_believed_more():
    truth, votes = world([sharp(0.85)] * 3, 2000)
    p = models(truth)
    dull = np.sqrt(p) / np.sqrt(p).sum(axis=1, keepdims=True)
    consensus = settle(votes, dull)
    assert settle(votes, p).trust == pytest.approx(1, abs=0.2)
    assert consensus.trust == pytest.approx(2, abs=0.4)


def test_rows_without_probabilities_rest_on_votes():
    truth, votes = world([sharp(0.9), sharp(0.8), sharp(0.7)], 200)
    p = models(truth)
    p[:150] = np.nan
    posterior = settle(votes, p).posterior
    assert np.isfinite(posterior).all()
    assert (posterior[:150].argmax(axis=1) == settle(votes).posterior[:150].argmax(axis=1)).mean() > 0.95


def test_order_of_rows_people_and_classes_does_not_matter():
    _, votes = world([sharp(0.9, 3), sharp(0.7, 3), sharp(0.6, 3)], 90)
    mixed = np.random.default_rng(2).permutation(len(votes.row))
    names = [
        [of[number] for number in numbers[mixed]]
        for of, numbers in (
            (votes.row_ids, votes.row),
            (votes.people, votes.person),
            (votes.classes, votes.label),
        )
    ]
    other = Votes.from_names(*names, votes.classes[::-1])
    place = [other.row_ids.index(row) for row in votes.row_ids]
    assert np.allclose(settle(votes).posterior, settle(other).posterior[place][:, ::-1], atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 8), st.integers(0, 3)), st.sampled_from("abc"), min_size=1, max_size=20
    )
)
def test_any_votes_have_probabilities(cast):
    votes = Votes.from_names(
        [str(row) for row, _ in cast], [str(person) for _, person in cast], list(cast.values()), tuple("abcd")
    )
    consensus = settle(votes)
    assert np.allclose(consensus.posterior.sum(axis=1), 1)
    assert np.allclose(consensus.confusions.people.sum(axis=2), 1)
    assert all(0 <= one.low <= one.value <= one.high <= 1 for one in quality(votes, consensus))


def test_of_one_label_a_person_is_as_all():
    counts = np.stack([sharp(0.9) * 100, sharp(0.7) * 100, [[0.0, 1.0], [0.0, 0.0]]])
    smooth = confusions(counts, 1000.0)
    assert np.abs(smooth.people[2] - smooth.pooled).max() < 0.1
    assert np.abs(smooth.people[0] - sharp(0.9)).max() < 0.02


def test_probabilities_that_do_not_fit_are_refused():
    truth, votes = world([sharp(0.9)] * 2, 20)
    with pytest.raises(LabelError, match="shape"):
        settle(votes, models(truth)[:5])
    with pytest.raises(LabelError, match="no probabilities"):
        settle(votes, models(truth) * 2)
    with pytest.raises(LabelError, match="No row"):
        settle(Votes.from_names([], [], [], YES_NO))


def test_the_covariance_of_right_labels_is_that_of_their_posterior():
    """Row by row: right is a label that is the drawn class."""
    _, votes = world([sharp(0.9), sharp(0.7), sharp(0.6)], 30)
    posterior = settle(votes).posterior
    expected = np.zeros((3, 3))
    for row in range(30):
        labels = votes.label[votes.row == row]
        hits = labels[:, None] == np.arange(2)
        mean = hits @ posterior[row]
        expected += (hits * posterior[row]) @ hits.T - np.outer(mean, mean)
    assert np.allclose(_missing(votes, posterior[votes.row, votes.label]), expected)


def test_quality_is_near_the_truth_with_models():
    shares = [0.95, 0.8, 0.65]
    truth, votes = world([sharp(share) for share in shares], 500)
    for one, share in zip(quality(votes, settle(votes, models(truth))), shares, strict=True):
        assert one.known
        assert one.low - 0.01 <= share <= one.high + 0.01
        assert one.high - one.low < 0.12
        assert one.n == 500 > one.worth


def test_two_people_alone_cannot_tell_who_is_right():
    truth, votes = world([sharp(0.95), sharp(0.7)], 200)
    assert not any(one.known for one in quality(votes, settle(votes)))
    assert all(one.known for one in quality(votes, settle(votes, models(truth))))


def test_quality_of_few_labels_is_not_known():
    truth, votes = world([sharp(0.9)] * 3, 19)
    assert not any(one.known for one in quality(votes, settle(votes, models(truth))))
    asked = replace(RULES.consensus, least_worth=2.0)
    assert all(one.known for one in quality(votes, settle(votes, models(truth)), asked))
