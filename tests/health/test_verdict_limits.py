"""Broken here: something is measured, tolerated, estimated or said on the wrong side of its limit."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from core.health.assess import assess
from core.health.attribution.cause import Cause
from core.health.change import alarm, between
from core.health.change.guards import losses
from core.health.findings import ChunkFinding
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


def status_of(fall, tolerance=0.02):
    """Of a model that fell by so much in the first of 40 large chunks and stayed there."""
    seen = history([answered(10**7, 0.9)] * 5, [answered(10**7, 0.9 - fall)] * 40)
    found = assess(seen, ACCURACY, tolerance)
    return found.chunks[-1].signal.high, verdict.verdict(found, str).status, found.chunks[-1]


@pytest.mark.parametrize(("beside", "status"), [(-0.0002, "green"), (0.0002, "amber")])
def test_a_model_is_healthy_when_its_band_excludes_a_loss_beyond_the_tolerance(beside, status):
    """The band is that of no loss, moved by the fall; what is expected lies well within the tolerance."""
    band, *_ = status_of(0.0)
    assert 0.01 < band < 0.015
    high, outcome, chunk = status_of(0.02 - band + beside)
    assert high == pytest.approx(0.02 + beside, abs=1e-4)
    assert (outcome, verdict.chunk_status(chunk, 0.02)) == (status, status)


def statuses(rng, loss, worlds, tolerance=0.02, sd=0.01):
    """Statuses of the 20th chunk of worlds in which chunks differ by half of the tolerance."""
    seen = []
    for _ in range(worlds):
        before, log = (
            [interval(value, sd / 10) for value in rng.normal(mean, sd, size)]
            for mean, size in ((0.9, 30), (0.9 - loss, 20))
        )
        whole = interval(float(np.mean([chunk.value for chunk in before])), sd / 50)
        base = between.baseline(whole, before, tolerance)
        signal = alarm.signals(base, log, 1, tolerance)[-1]
        chunk = ChunkFinding(None, {}, {}, {}, signal, reliable=True, faults=[], losses=[])
        seen.append(verdict.chunk_status(chunk, tolerance))
    return seen


def test_a_model_that_lost_its_tolerance_is_called_healthy_in_about_one_of_forty_worlds():
    """2.5 % by its band, and what the reference period cannot know of itself."""
    healthy = statuses(np.random.default_rng(0), 0.02, 2_000).count("green")
    assert stats.binom.ppf(0.001, 2_000, 0.015) <= healthy <= stats.binom.ppf(0.999, 2_000, 0.03)


def test_a_model_without_a_loss_is_called_healthy_nearly_always():
    assert statuses(np.random.default_rng(1), 0.0, 500).count("green") >= 480
