"""Policies know at each moment only the labels of then, and alarm as seldom as they say."""

import numpy as np
import pytest

from core.training.comparison.policies import POLICIES, RULES, follow, is_alarming


def world(fall, rows=300, seed=0):
    """Losses of models in periods: one fitted before a fall errs in two of five rows after it."""

    def losses(model, period):
        rng = np.random.default_rng([seed, model, period])
        return (rng.random(rows) < (0.4 if model < fall <= period else 0.15)).astype(float)

    return losses


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("lag", [0, 2])
def test_no_policy_looks_at_a_label_before_it_is_known(policy, lag):
    """At the beginning of a period those of the period before are known, `lag` periods later those."""
    moments, calls = [], []

    def losses(model, period):
        calls.append((model, period))
        assert model <= period
        return np.zeros(50)

    course = follow(policy, 9, lag, losses)
    for period in range(1, 9):
        calls.clear()
        follow(policy, period + 1, lag, losses)
        moments.append(max((looked for _, looked in calls), default=-1))
        assert moments[-1] < period - lag or not calls
    assert len(course.models) == 9
    assert all(model == 0 or model > lag for model in course.models)


def test_on_alarm_retrains_once_after_a_fall_and_on_evidence_takes_what_is_better():
    alarm, evidence = (follow(policy, 12, 0, world(5)) for policy in POLICIES[2:])
    assert (alarm.retrains, alarm.changes) == (1, 1)
    assert 5 < alarm.newest <= 7
    assert evidence.models[-1] >= 5
    assert evidence.changes == 1


def test_without_a_fall_nothing_changes_but_by_the_policy_that_does_not_look():
    alarms = [follow("on alarm", 12, 0, world(99, seed=seed)).retrains for seed in range(20)]
    changes = [follow("on evidence", 12, 0, world(99, seed=seed)).changes for seed in range(20)]
    assert sum(alarms) <= 1
    assert sum(changes) <= 4  # some eight challengers each, of which one in twenty may be called better
    assert follow("every period", 12, 0, world(99)).changes == 11


def test_a_steady_model_is_alarmed_about_in_at_most_one_of_twenty():
    rng, alarms = np.random.default_rng(3), 0
    for _ in range(300):
        reference, *later = (rng.random((25, 200)) < 0.2).astype(float)
        alarms += is_alarming(reference, later)
    assert alarms <= 0.05 * 300


def test_a_rise_within_the_tolerance_is_no_alarm_and_twice_as_many_errors_are():
    usual = np.repeat([0.0, 1.0], [800, 200])
    within = np.repeat([0.0, 1.0], [785, 215])
    assert not is_alarming(usual, [within] * 20)
    assert is_alarming(usual, [usual] * 10 + [np.repeat([0.0, 1.0], [600, 400])])
    assert RULES.tolerance == 0.1
