"""Evidence that is looked at after every row errs as seldom as it says, and adds up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.stats import beta

from core.stats.sequential import e_values
from core.stats.sequential.e_values import RULES, Evidence
from tests.benchmarks.evidence_rates import NEEDED, boundary, first, of_losses

COUNTS = st.integers(0, 300)
UNITS = st.floats(-1, 1)


def exact(wins, losses):
    """The capital of infinitely many gamblers: the integral over the chance of a win above 1/2."""
    total = wins + losses
    upper = beta.logsf(0.5, wins + 1, losses + 1)
    return betaln(wins + 1, losses + 1) + upper + (total + 1) * np.log(2)


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (8, 1), (60, 40), (5_100, 4_900), (50_600, 49_400)])
def test_evidence_of_decisions_is_that_of_infinitely_many_bets(wins, losses):
    assert e_values.decisions(wins, losses, 0).better == pytest.approx(exact(wins, losses), abs=0.01)


def test_a_challenger_that_is_far_worse_is_never_better_however_many_rows_there_are():
    """What falls below the smallest number of a computer must not become evidence for the contrary."""
    much = e_values.decisions(100, 1_900, 0)
    assert much.better < 0
    assert much.verdict() == "worse"


@given(COUNTS, COUNTS, COUNTS, st.floats(-0.3, 0.3))
def test_the_mean_capital_after_one_more_row_is_the_capital_before_where_the_difference_is_the_margin(
    wins, losses, ties, margin
):
    """Of every chance of a tie: a martingale, so that nothing is won by looking often."""
    before = e_values.log_evidence(_growth(wins, losses, ties, margin))
    tie = 0.4
    chances = ((0.6 + margin) / 2, (0.6 - margin) / 2, tie)
    after = [
        e_values.log_evidence(_growth(wins + w, losses + lost, ties + t, margin))
        for w, lost, t in np.eye(3, dtype=int)
    ]
    mean = sum(chance * np.exp(grown - before) for chance, grown in zip(chances, after, strict=True))
    assert mean == pytest.approx(1, abs=1e-9)


def _growth(wins, losses, ties, margin):
    return e_values.growth_of_decisions(np.array(wins), np.array(losses), np.array(ties), margin)


@given(st.lists(UNITS, max_size=30), st.lists(UNITS, max_size=30), st.floats(-0.5, 0.5))
def test_growths_add_up_over_deliveries_in_any_order(some, others, margin):
    one, two = np.array(some), np.array(others)
    together = e_values.growth_of_differences(np.concatenate([two, one]), margin).sum(axis=0)
    apart = [e_values.growth_of_differences(part, margin).sum(axis=0) for part in (one, two)]
    assert together == pytest.approx(apart[0] + apart[1])


@given(COUNTS, COUNTS, COUNTS)
def test_the_two_models_exchanged_exchange_the_claims(wins, losses, ties):
    there, back = e_values.decisions(wins, losses, ties), e_values.decisions(losses, wins, ties)
    assert (there.better, there.worse) == (back.worse, back.better)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))


@given(COUNTS, COUNTS, COUNTS)
def test_bounds_leave_nothing_out_exactly_where_a_claim_is_made(wins, losses, ties):
    evidence = e_values.decisions(wins, losses, ties)
    assert evidence.low <= evidence.high
    if abs(evidence.better - NEEDED) > 0.01:
        assert (evidence.low > 0) == (evidence.better >= NEEDED)


def test_a_margin_must_be_exceeded():
    assert e_values.decisions(60, 20, 920).verdict() == "better"
    assert e_values.decisions(60, 20, 920, margin=0.04).verdict() == "open"


def test_decisions_are_differences_of_one_none_and_minus_one():
    rows = np.repeat([1.0, -1.0, 0.0], [30, 12, 58])
    ours, theirs = e_values.differences(rows, 0.01), e_values.decisions(30, 12, 58, 0.01)
    assert (ours.better, ours.worse, ours.low) == pytest.approx((theirs.better, theirs.worse, theirs.low))


def test_equal_models_are_called_better_in_at_most_one_of_twenty_however_often_one_looks():
    """After each of 5,000 rows that differ, 2,000 times; three standard errors of .05 are .015."""
    rng = np.random.default_rng(4)
    stops = first(rng.random((2_000, 5_000)) < 0.5, boundary(5_000))
    assert 0.01 < (stops > 0).mean() <= 0.05


def test_a_challenger_five_points_worse_is_stopped_after_35_rows_that_differ():
    rng = np.random.default_rng(5)
    stops = first(rng.random((1_000, 1_000)) < 0.75, boundary(1_000))
    assert (stops > 0).all()
    assert np.median(stops) <= 35


def test_equal_losses_are_called_better_in_at_most_one_of_twenty():
    table = of_losses(60, rows=1_000)
    assert table[table["gain"] == 0]["claimed"].max() <= 0.05 + 3 * (0.05 * 0.95 / 60) ** 0.5
    assert table[table["gain"] > 0.01]["claimed"].min() > 0.9


@pytest.mark.parametrize(("log", "verdict"), [(2.99, "open"), (3.0, "worse")])
def test_a_claim_needs_twenty_to_one(log, verdict):
    assert np.log(20) == pytest.approx(NEEDED)
    assert Evidence(-1.0, log, -0.2, 0.1).verdict(RULES) == verdict


def test_the_bar_is_full_only_where_a_claim_is_made():
    assert Evidence(-1.0, 2.9, -0.2, 0.1).progress() > -1
    assert Evidence(-1.0, 3.1, -0.2, -0.1).progress() == -1
    assert Evidence(-1.0, -2.0, -0.2, 0.1).progress() == 0


def test_the_cap_is_passed_by_one_row_in_a_hundred_and_never_nothing():
    rng = np.random.default_rng(6)
    champion, challenger = rng.gamma(1.0, 1.0, 5_000), rng.gamma(1.0, 1.0, 5_000)
    cap = e_values.cap_of(champion, challenger)
    assert np.mean(np.abs(champion - challenger) > cap) == pytest.approx(0.01, abs=0.002)
    assert e_values.cap_of(champion[:50], champion[:50]) == 1.0
    assert e_values.cap_of(np.array([]), np.array([])) == 1.0


@pytest.mark.parametrize(("wins", "losses"), [(8, 2), (3, 9), (20, 11)])
def test_as_many_further_rows_as_are_foretold_decide_it_and_one_fewer_does_not(wins, losses):
    left = e_values.expected_left(wins, losses, 1_000)
    share = (wins + 0.5) / (wins + losses + 1)
    for rows, verdict in ((left, True), (left - 1, False)):
        later = e_values.decisions(wins + share * rows, losses + (1 - share) * rows, 0)
        assert (later.verdict() != "open") is verdict
    assert e_values.expected_left(wins, losses, left - 1) is None
    assert e_values.expected_left(wins, wins, 1_000) is None
