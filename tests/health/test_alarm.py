"""Broken here: false alarms and missed falls."""

from types import SimpleNamespace

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from core.health.change.alarm import Signal, signals
from core.health.change.between import baseline
from core.health.change.onset import Onset, onset
from core.health.recent import onset_of_fall
from core.health.report.verdict import alarm_status
from core.health.rules import RULES
from core.stats.intervals import Measured

SD = 0.01


def chunk(value, sd=SD):
    return Measured(value, value - 2 * sd, value + 2 * sd, sd**2, 1000)


def stream(seed, n, mean=0.9, between=0.0):
    rng = np.random.default_rng(seed)
    return [chunk(value) for value in rng.normal(mean, np.hypot(SD, between), n)]


def base(chunks, tolerance=0.02):
    values = [each.value for each in chunks]
    return baseline(chunk(float(np.mean(values)), SD / len(chunks) ** 0.5), chunks, tolerance)


def test_the_variance_between_chunks_is_that_of_dersimonian_and_laird():
    rng = np.random.default_rng(0)
    values, variances = rng.normal(0.9, 0.03, 8), rng.uniform(1e-4, 4e-4, 8)
    chunks = [Measured(x, 0, 1, v, 100) for x, v in zip(values, variances, strict=True)]
    oracle = combine_effects(values, variances, method_re="dl").tau2
    assert baseline(chunk(0.9), [*chunks, None], 0.0).tau2 == pytest.approx(oracle)


@pytest.mark.parametrize("between", [0.0, 0.02])
def test_a_quiet_stream_raises_few_alarms(between):
    alarms = []
    for seed in range(100):
        chunks = stream(seed, 12, between=between)
        found = signals(base(chunks), stream(1000 + seed, 50, between=between), 1, 0.02)
        alarms += [each.alarm for each in found]
    assert np.mean(alarms) < 0.01


def test_a_fall_is_noticed_within_two_chunks():
    found = signals(base(stream(0, 8)), [*stream(1, 10), *stream(2, 6, mean=0.8)], 1, 0.02)
    assert not any(each.alarm for each in found[:10])
    assert found[11].alarm
    assert found[-1].low > 0


def test_a_rise_is_no_alarm_and_a_lower_metric_is_better_when_the_sign_says_so():
    better = stream(2, 6, mean=0.99)
    assert not any(each.alarm for each in signals(base(stream(0, 8)), better, 1, 0.02))
    assert signals(base(stream(0, 8)), better, -1, 0.02)[-1].alarm


def test_a_fall_within_the_tolerance_is_no_alarm():
    precise = [Measured(0.89, 0.889, 0.891, 1e-8, 10**6)] * 10
    assert not any(each.alarm for each in signals(base(stream(0, 50)), precise, 1, 0.03))


def test_chunks_without_labels_are_passed_over():
    found = signals(base(stream(0, 8)), [None, chunk(0.9), None], 1, 0.02)
    assert [each is None for each in found] == [True, False, True]


def test_the_beginning_of_a_fall_is_dated():
    quiet = list(np.random.default_rng(4).normal(0, 0.7, 39))
    found = onset([*quiet, 2.6, 3.1, 2.2, 2.9])
    assert found.at == 39
    assert found.earliest <= 39 <= found.latest
    assert onset(quiet) is None


def test_clear_steps_are_dated_to_the_chunk():
    """Five standard errors: exact in 99 of 100 simulations, and its interval holds the truth."""
    rng, exact, inside = np.random.default_rng(0), 0, 0
    for _ in range(300):
        quiet = int(rng.integers(3, 30))
        found = onset([*rng.normal(0, 1, quiet), *rng.normal(5, 1, int(rng.integers(2, 10)))])
        exact += found.at == quiet
        inside += found.earliest <= quiet <= found.latest
    assert exact >= 291
    assert inside >= 294


def test_a_weak_fall_has_a_wide_interval():
    found = onset([0.0] * 6 + [1.2, 0.9, 1.6, 0.8, 1.4, 1.1, 1.5, 1.9, 1.6])
    assert found.latest - found.earliest >= 2


def test_a_recovery_ends_a_fall_and_a_second_one_is_dated_anew():
    assert onset([4.0] * 20 + [-2.0] * 10 + [4.0] * 4) == Onset(30, 30, 30)


def test_a_chunk_that_has_only_begun_takes_back_neither_a_green_nor_an_alarm():
    normal, few = base([chunk(0.9)] * 6), 0.06
    sound = signals(normal, [*[chunk(0.9)] * 8, chunk(0.9, few)], 1, 0.02)
    assert [alarm_status(state, 0.02) for state in sound[-2:]] == ["green", "green"]
    fallen = [*[chunk(0.9)] * 4, *[chunk(0.85)] * 4, chunk(0.85, few)]
    assert [alarm_status(state, 0.02) for state in signals(normal, fallen, 1, 0.02)[-2:]] == ["red", "red"]


def fall_of(losses, alarms):
    """Where the fall begins of chunks with these losses in standard errors."""
    states = (Signal(loss, 1.0, loss, 1.0, alarm=on) for loss, on in zip(losses, alarms, strict=True))
    return onset_of_fall([SimpleNamespace(signal=state) for state in states], 0, RULES)


def test_a_pause_of_the_alarm_in_which_the_fall_goes_on_ends_no_fall():
    quiet, fallen = [0.1, -0.4, 0.2, 0.8, -0.3], [3.9, 3.6, 2.1, 3.1, 5.4, 3.9, 4.2]
    alarms = [False] * 6 + [True, False, False, True, True, True]
    assert fall_of(quiet + fallen, alarms) == Onset(5, 5, 5)


def test_a_pause_of_the_alarm_without_a_fall_ends_it():
    losses = [0.1, -0.4, 3.9, 3.6, 0.4, -0.5, 0.3, 4.0, 3.9]
    alarms = [False, False, True, True, False, False, False, True, True]
    assert fall_of(losses, alarms) == Onset(7, 7, 7)
