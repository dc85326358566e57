"""Broken here: a metric that is always worse on weekends alarms each weekend, or hides a real fall."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq

from core.health.assess import assess
from core.health.change import alarm
from core.health.change.between import baseline
from core.health.change.norm import norm
from core.health.change.rhythm import Beat, Rhythm, rhythm
from core.health.performance.metrics import measure, measures
from core.health.profiles.history import Chunk, History, pool
from core.health.report.season_notes import with_seasons
from core.health.report.verdict import Verdict, chunk_status
from core.health.rules import RULES
from core.messages import Code
from core.stats.intervals import Measured
from core.stats.metrics import METRICS
from tests.health.by_counts import LAYOUT, answered

ACCURACY = METRICS["accuracy"]
MONDAY, SATURDAY = date(2024, 1, 1), 5


def keys(days):
    return [f"{MONDAY + timedelta(days=day)}" for day in days]


def measured(values, sd=1e-4):
    return [Measured(value, value - sd, value + sd, sd**2, 1_000) for value in values]


def days(rng, first, last, *, off=0.08, fall=0.0, between=0.0, n=1_000):
    """Days (0 is a Monday) whose accuracy is .85, less by `off` on weekends and by `fall` on all."""
    made = []
    for day, key in zip(range(first, last), keys(range(first, last)), strict=True):
        share = 0.85 - off * (day % 7 >= SATURDAY) - fall + between * rng.normal()
        made.append(Chunk(key, answered(n, rng.binomial(n, share) / n)))
    return tuple(made)


def signals(reference, log, tolerance=0.02):
    pooled = measure(ACCURACY, pool(reference, LAYOUT))
    usual = norm(ACCURACY, pooled, reference, tolerance, RULES)
    levels = usual.levels(log, [measures(chunk.profile) for chunk in log])
    return alarm.signals(usual.baseline, levels, 1, tolerance)


def two_weekdays(step, apart):
    """Mondays and Tuesdays of three weeks: by this much apart, and within each kind by a step."""
    return [0.5 + side * apart + e for e in (-step, 0, step) for side in (-1, 1)]


@pytest.mark.parametrize(("part", "repeats"), [(0.98, False), (1.02, True)])
def test_a_metric_repeats_at_a_level_of_one_percent(part, repeats):
    """By the analysis of variance of SciPy: F with 1 and 4 degrees of freedom is 21.2."""

    def p(apart):
        values = two_weekdays(0.01, apart)
        return stats.f_oneway(values[::2], values[1::2]).pvalue

    apart = part * brentq(lambda a: p(a) - 0.01, 0.005, 0.1)
    where = keys([0, 1, 7, 8, 14, 15])
    assert bool(rhythm(where, measured(two_weekdays(0.01, apart))).beats) is repeats


def test_days_that_differ_by_less_than_chance_make_no_rhythm():
    """Each has a standard error of .05; the F test alone would be certain."""
    values = two_weekdays(1e-6, 0.01)
    where = keys([0, 1, 7, 8, 14, 15])
    assert rhythm(where, measured(values)).beats
    assert not rhythm(where, measured(values, sd=0.05)).beats


@pytest.mark.parametrize(("weeks", "repeats"), [(2, False), (3, True)])
def test_a_weekday_is_known_from_three_of_its_kind_on(weeks, repeats):
    values = [0.9 - 0.1 * (day % 7 >= SATURDAY) for day in range(7 * weeks)]
    assert bool(rhythm(keys(range(7 * weeks)), measured(values)).beats) is repeats


def test_days_that_differ_by_accident_make_no_rhythm():
    """400 reference periods of four weeks: at one in a hundred more than 11 have a chance of 1 in 1,000."""
    rng, where, repeats = np.random.default_rng(0), keys(range(28)), 0
    for _ in range(400):
        repeats += bool(rhythm(where, measured(rng.normal(0.85, 0.03, 28), sd=0.02)).beats)
    assert repeats <= stats.binom.ppf(0.999, 400, 0.01)


def test_a_weekend_that_is_always_worse_is_neither_an_alarm_nor_red():
    alarms, states = [], []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        found = signals(days(rng, 0, 28), days(rng, 28, 56))
        alarms += [signal.alarm for signal in found]
        states += [signal.own_low > 0 and signal.loss >= 0.02 for signal in found]
    assert np.mean(alarms) <= 0.002
    assert np.mean(states) <= 0.01


def test_a_fall_on_top_of_the_week_is_called_within_three_days():
    within = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        first = 28 + seed % 7
        found = signals(days(rng, 0, 28), days(rng, first, first + 3, fall=0.05))
        within.append(any(signal.alarm for signal in found))
    assert np.mean(within) >= 0.95


def test_two_weeks_tell_that_weekdays_differ_but_not_how_a_sunday_is():
    """Hardly a weekend is red (measured: 2 % of days, 6 % before), and a large fall is called."""
    states, called, repeats = [], [], 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        reference = days(rng, 0, 14)
        values = [measure(ACCURACY, chunk.profile) for chunk in reference]
        usual = rhythm([chunk.key for chunk in reference], values)
        repeats += not usual.beats and usual.spread > 0
        states += [s.own_low > 0 and s.loss >= 0.02 for s in signals(reference, days(rng, 14, 28))]
        called.append(any(s.alarm for s in signals(reference, days(rng, 14, 21, fall=0.15))))
    assert repeats >= 19
    assert np.mean(states) <= 0.03
    assert np.mean(called) >= 0.95


def test_the_variance_between_days_is_what_is_left_without_the_week():
    """Four of a kind lie nearer to their own mean than to the truth: by the root of 3/4."""
    rng, where, variances = np.random.default_rng(1), keys(range(28)), []
    weekly = np.array([0.85 - 0.2 * (day % 7 >= SATURDAY) for day in range(28)])
    for _ in range(200):
        chunks = measured(weekly + rng.normal(0, 0.02, 28), sd=1e-5)
        usual = rhythm(where, chunks)
        left = [usual.residual(key, chunk) for key, chunk in zip(where, chunks, strict=True)]
        variances.append(baseline(chunks[0], left, 0.0).tau2)
    assert np.mean(variances) == pytest.approx(0.02**2, rel=0.06)


def test_the_mean_of_a_weekday_is_as_unsure_as_its_days_make_it():
    """Three days that differ by .02 leave .02 / sqrt 3, less what the mean of all has of it."""
    rng, where, off = np.random.default_rng(2), keys(range(21)), []
    weekly = np.array([0.85 - 0.2 * (day % 7 >= SATURDAY) for day in range(21)])
    said = []
    for _ in range(300):
        beats = rhythm(where, measured(weekly + rng.normal(0, 0.02, 21))).beats
        off.append(beats["Sunday"].shift - (0.65 - weekly.mean()))
        said.append(beats["Sunday"].variance)
    assert np.mean(said) == pytest.approx(np.var(off), rel=0.2)


def test_a_weekday_that_is_hardly_known_is_less_certain_by_what_weekdays_differ():
    where = [day for day in range(21) if day % 7 != 6]
    values = [0.9 - 0.1 * (day % 7 == SATURDAY) for day in where]
    usual = rhythm(keys(where), measured(values))
    monday, sunday = (usual.level(key, measured([0.9])[0]) for key in keys([21, 27]))
    assert monday.value == pytest.approx(0.9 - 0.1 / 6)
    assert sunday.value == 0.9
    assert sunday.variance == pytest.approx(1e-8 + 0.01 * (1 / 6) * (5 / 6))


def test_months_repeat_from_three_years_on():
    values = [0.9 - 0.1 * (month % 12 == 11) for month in range(36)]
    where = [f"{2020 + month // 12}-{month % 12 + 1:02d}" for month in range(36)]
    assert rhythm(where, measured(values)).beats["December"].shift == pytest.approx(-0.1 * 11 / 12)
    assert not rhythm(where[:35], measured(values[:35])).beats.get("December")


def test_chunks_of_weeks_and_rows_have_no_rhythm():
    values = [0.9, 0.8] * 6
    for where in ([f"2024-W{at:02d}" for at in range(1, 13)], [f"rows-{at:06d}" for at in range(12)]):
        assert rhythm(where, measured(values)) == Rhythm()


def test_a_weekend_is_compared_with_weekends_and_said_once():
    """A fall on a Sunday and Monday: what fell is told from Saturdays, Sundays and Mondays."""
    rng = np.random.default_rng(3)
    log = (*days(rng, 28, 33), *days(rng, 33, 36, fall=0.15))
    found = assess(History(LAYOUT, days(rng, 0, 28), log), ACCURACY, 0.02)
    assert {date.fromisoformat(chunk.key).weekday() for chunk in found.window.reference} == {5, 6, 0}
    assert found.window.before["accuracy"].value == pytest.approx(0.85 - 0.08 * 2 / 3, abs=0.01)
    assert [chunk_status(chunk, 0.02) for chunk in found.chunks] == ["green"] * 5 + ["red"] * 3
    told = with_seasons(found, Verdict("red", (), ())).messages
    assert [message.code for message in told] == [Code.METRIC_REPEATS]
    assert told[0].sentence.startswith(
        "The share of right predictions (accuracy) differs from weekday to weekday"
    )


def test_a_metric_that_does_not_repeat_is_left_as_it_is():
    chunk = measured([0.9])[0]
    assert Rhythm().level("2024-01-07", chunk) == chunk
    assert Rhythm().residual("2024-01-07", chunk) == chunk
    assert Rhythm({"Sunday": Beat(0.0, 0.0, 3)}).level("2024-01-07", chunk) == chunk
