"""What answers teach: an exact posterior where there is one, honest intervals, reliable probabilities."""

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import betabinom, binom, norm

from core.label_errors.label_noise import Errors
from core.label_errors.recalibration import Reviews, learn, recalibrate
from core.label_errors.rules import RULES


def said(reviewed, wrong, drawn=None):
    """Answers about the reviewed rows; all of them drawn at random unless said."""
    return Reviews(reviewed, reviewed & wrong, reviewed if drawn is None else drawn)


def first(n, number):
    return np.arange(n) < number


def exact(prior_spread, wrong, asked, rest):
    """2.5 % and 97.5 % of the number of errors: a normal prior of log-odds, integrated on a grid."""
    z = np.linspace(-8, 8, 4001)
    weight = norm.pdf(z, 0, prior_spread) * binom.pmf(wrong, asked, expit(z))
    totals = np.arange(rest + 1)
    chances = (weight / weight.sum()) @ binom.pmf(totals[None], rest, expit(z)[:, None])
    ends = np.searchsorted(np.cumsum(chances), [0.025, 0.975])
    return wrong + ends


@pytest.mark.parametrize(("wrong", "asked"), [(20, 60), (3, 40), (50, 60)])
def test_the_interval_is_that_of_the_exact_posterior_where_all_rows_are_alike(wrong, asked):
    n = 400
    reviews = said(first(n, asked), first(n, wrong))
    errors = recalibrate(np.full(n, 0.5), reviews)[1]
    low, high = exact(np.hypot(RULES.answers.offset, RULES.answers.stratum), wrong, asked, n - asked)
    assert errors.low == pytest.approx(low, abs=0.08 * (high - low))
    assert errors.high == pytest.approx(high, abs=0.08 * (high - low))


def test_many_answers_agree_with_a_beta_posterior_without_any_model():
    """With 300 of 600 rows answered the priors hardly matter: an independent estimate says the same."""
    errors = recalibrate(np.full(600, 0.3), said(first(600, 300), first(600, 90)))[1]
    low, high = betabinom.interval(0.95, 300, 90.5, 210.5)
    assert (errors.low, errors.high) == (pytest.approx(90 + low, abs=6), pytest.approx(90 + high, abs=6))


def test_probabilities_and_what_was_found_sum_to_the_number():
    rng = np.random.default_rng(0)
    p, reviewed = rng.beta(0.3, 2, 3000), first(3000, 200)
    wrong = rng.random(3000) < p / 2
    after, errors = recalibrate(p, said(reviewed, wrong), rng.integers(0, 4, 3000))
    total = (reviewed & wrong).sum() + after[~reviewed].sum()
    assert errors.value == pytest.approx(total, rel=0.02)
    assert errors.low <= errors.value <= errors.high
    assert errors.reviewed == 200


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_interval_never_contradicts_what_was_found(share):
    rng = np.random.default_rng(1)
    p, reviewed = rng.beta(0.2, 2, 500), first(500, 60)
    wrong = rng.random(500) < share
    found, errors = (reviewed & wrong).sum(), recalibrate(p, said(reviewed, wrong))[1]
    assert found <= errors.low <= errors.high <= found + 440


def test_when_every_row_is_answered_nothing_is_left_to_estimate():
    rng = np.random.default_rng(2)
    wrong = rng.random(200) < 0.2
    errors = recalibrate(rng.random(200), said(np.ones(200, dtype=bool), wrong))[1]
    assert errors.value == errors.low == errors.high == wrong.sum()


def test_without_answers_probabilities_stay_and_the_guess_of_the_models_is_inside():
    p = np.random.default_rng(3).beta(0.3, 2, 800)
    none = np.zeros(800, dtype=bool)
    after, errors = learn(p, Reviews(none, none, none), Errors(90.0, 0.0, 700.0, 0))
    assert after is p
    assert (errors.value, errors.low, errors.high) == (90.0, 0.0, 700.0)


def test_models_that_are_too_sure_are_believed_no_more_after_fifty_answers():
    """P of .87 is true in a third: after 50 answers about the surest rows the others say a third, too."""
    rng = np.random.default_rng(4)
    p = np.concatenate([np.full(300, 0.87), np.full(3000, 0.02)])
    wrong = rng.random(3300) < expit(logit(p) - 2.6)
    after, errors = recalibrate(p, said(first(3300, 50), wrong, np.zeros(3300, dtype=bool)))
    assert after[299] == pytest.approx(1 / 3, abs=0.15)
    assert errors.low <= wrong.sum() <= errors.high


def test_rows_that_were_picked_do_not_speak_for_all_others():
    """The same answers about rows drawn at random say more: the interval is narrower, and further up."""
    p, reviewed = np.full(1000, 0.2), first(1000, 60)
    wrong = first(1000, 48)
    none = np.zeros(1000, dtype=bool)
    drawn, picked = (recalibrate(p, said(reviewed, wrong, how))[1] for how in (reviewed, none))
    assert picked.high - picked.low > 1.5 * (drawn.high - drawn.low)
    assert picked.value < drawn.value


def test_rows_at_the_edge_of_a_stratum_learn_from_each_other():
    """The mean of equal numbers may differ from them in the last digit."""
    for edge in RULES.answers.strata:
        p = np.full(999, edge)
        after, _ = recalibrate(p, said(first(999, 200), first(999, 100)))
        assert after[500] == pytest.approx(0.5, abs=0.06)


def test_answers_about_a_pair_of_labels_move_that_pair_most():
    pair = np.arange(600) % 3
    reviewed = first(600, 150)
    after, _ = recalibrate(np.full(600, 0.4), said(reviewed, pair == 0), pair)
    rates = [after[~reviewed & (pair == k)].mean() for k in range(3)]
    assert rates[0] > 0.7
    assert max(rates[1:]) < 0.3


def test_the_same_answers_say_the_same_twice():
    p, reviews = np.linspace(0.01, 0.9, 300), said(first(300, 80), first(300, 30))
    assert recalibrate(p, reviews)[1] == recalibrate(p, reviews)[1]
