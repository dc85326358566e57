"""Broken here: something is measured, tolerated, estimated or said on the wrong side of its limit."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from core.health.assess import assess
from core.health.attribution.cause import Cause
from core.health.change.guards import losses
from core.health.performance.metrics import measure, measures
from core.health.performance.tolerance import tolerance
from core.health.performance.versions import changes, rivals
from core.health.profiles.history import Chunk, History
from core.health.report import verdict
from core.health.tasks.confidence import learn_confidence
from core.health.tasks.direct_loss import DirectLossEstimator
from core.health.tasks.estimator import backtest
from core.messages import Code, Message
from core.stats.intervals import Measured
from core.stats.metrics import METRICS
from tests.health.amounts import profile as amounts
from tests.health.by_counts import LAYOUT, answered

ACCURACY = METRICS["accuracy"]


def chunks(profiles):
    return tuple(Chunk(f"c{at:03d}", profile) for at, profile in enumerate(profiles))


def history(reference, log, **more):
    return History(LAYOUT, chunks(reference), chunks(log), **more)


@pytest.mark.parametrize(("rows", "known"), [(19, False), (20, True)])
def test_a_share_is_measured_from_twenty_labels_on(rows, known):
    assert (measure(ACCURACY, answered(rows, 0.9)) is not None) is known


@pytest.mark.parametrize(("rows", "known"), [(4, False), (5, True)])
def test_a_metric_of_both_classes_needs_five_rows_of_each(rows, known):
    profile = answered(0)
    profile.confusion[:] = [[90, 10], [1, rows - 1]]
    assert (measure(METRICS["balanced_accuracy"], profile) is not None) is known
    assert measure(ACCURACY, profile) is not None


@pytest.mark.parametrize(("rows", "known"), [(19, False), (20, True)])
def test_an_estimate_needs_twenty_rows(rows, known, profile):
    assert bool(learn_confidence(profile(2_000, 0)).estimate(profile(rows, 1))) is known
    assert bool(DirectLossEstimator(amounts(2_000, 0).errors).estimate(amounts(rows, 1))) is known


def test_the_tolerance_is_a_tenth_and_for_a_model_without_errors_a_thousandth_of_the_spread():
    assert tolerance(ACCURACY, None, answered(1_000, 0.8)) == pytest.approx(0.08)
    assert tolerance(ACCURACY, 0.03, answered(1_000, 0.8)) == 0.03
    assert tolerance(ACCURACY, None, answered(1_000, 0.0)) == pytest.approx(0.001)


def shared(first, n=1_000):
    """A chunk of which so many rows are of version 2, the others of version 1."""
    parts = {"1": answered(n - first, 0.9), "2": answered(first, 0.9)}
    return Chunk("c", answered(n, 0.9), versions={name: part for name, part in parts.items() if part.n})


@pytest.mark.parametrize(("rows", "since"), [(666, ()), (667, (1,))])
def test_a_version_has_taken_over_with_two_thirds_of_the_predictions(rows, since):
    assert changes([shared(0), shared(rows)]) == since


@pytest.mark.parametrize(("rows", "alone"), [(989, False), (990, True)])
def test_a_version_predicted_alone_with_ninety_nine_in_a_hundred(rows, alone):
    assert (rivals(ACCURACY, [shared(rows)]) is None) is alone


def interval(value, sd):
    return Measured(value, value - 1.96 * sd, value + 1.96 * sd, sd**2, 1_000)


@pytest.mark.parametrize(("apart", "held"), [(0.0276, True), (0.0278, False)])
def test_an_estimate_held_within_what_both_intervals_allow(apart, held):
    """1.96 times the root of .01^2 + .01^2 is .02772."""
    assert backtest(interval(0.8, 0.01), interval(0.8 + apart, 0.01)) is held


def beside(falls, reference=24, n=10**7):
    """Positions at which the accuracy is said to have lost, beside a ranking of record."""
    log = [answered(n, 0.9 - fall) for fall in falls]
    seen = history([answered(n, 0.9)] * reference, log)
    found = losses(seen, METRICS["roc_auc"], [measures(profile) for profile in log])
    return [at for at, lost in enumerate(found) if lost]


@pytest.mark.parametrize(("fall", "lost"), [(0.0199, False), (0.0201, True)])
def test_two_more_errors_in_a_hundred_are_a_loss_beside_the_metric_of_record(fall, lost):
    assert bool(beside([fall] * 60)) is lost


@pytest.mark.parametrize(("share", "lost"), [(0.99, False), (1.01, True)])
def test_a_loss_beside_is_beyond_the_band_of_three_metrics(share, lost):
    """The variance between chunks is (half of .02)^2, once for the chunk and a 24th for the reference."""
    band = stats.norm.isf(0.05 / 2 / 3) * 0.01 * np.sqrt(1 + 1 / 24)
    assert bool(beside([share * band])) is lost


@pytest.mark.parametrize(("measured", "judged"), [(0.49, False), (0.51, True)])
def test_now_is_known_when_half_of_the_labels_lie_in_measured_chunks(measured, judged):
    """10,000 labels of the log, the others in chunks of 10 that are too small to be measured."""
    large = round(10_000 * measured)
    log = [*[answered(10, 0.9)] * ((10_000 - large) // 10), answered(large, 0.9)]
    found = assess(history([answered(5_000, 0.9)] * 5, log), ACCURACY, 0.02)
    assert (found.window is not None) is judged


def test_now_is_the_last_three_measured_chunks():
    log = [answered(5_000, 0.9)] * 4 + [answered(0)] + [answered(5_000, 0.9)]
    found = assess(history([answered(5_000, 0.9)] * 5, log), ACCURACY, 0.02)
    assert (found.window.first, found.window.last) == (2, 5)


@pytest.fixture
def findings():
    """Of a model that is a little worse, within its tolerance."""
    return assess(history([answered(5_000, 0.9)] * 5, [answered(5_000, 0.88)] * 6), ACCURACY, 0.03)


@pytest.mark.parametrize(("share", "code"), [(0.49, Code.PART_OF_FALL), (0.51, Code.MOST_LIKELY)])
def test_causes_that_explain_less_than_half_of_a_fall_are_a_part_of_it(findings, share, code):
    cause = Cause("mix", share, Message(Code.MIX_MOVED, {"feature": "x", "price": "1"}))
    assert verdict._why(replace(findings, causes=[cause])).code is code


@pytest.mark.parametrize(("needed", "asked"), [(2_000, True), (2_001, False)])
def test_no_more_than_two_thousand_labels_are_asked_for(findings, monkeypatch, needed, asked):
    monkeypatch.setattr(verdict, "_labels_needed", lambda *_: needed)
    outcome = verdict._amber(findings, findings.window, str)
    assert outcome.labels_needed == needed
    assert (outcome.messages[0].parameters["labels_needed"] is not None) is asked
