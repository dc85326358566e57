"""Broken here: something is measured, tolerated, estimated or said on the wrong side of its limit."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from core.health.assess import assess
from core.health.attribution.cause import Cause
from core.health.change import alarm, between
from core.health.change.guards import Loss, losses
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


def test_a_fall_over_several_periods_is_called_gradual_in_the_findings():
    """Its place in the log was passed on, that it was gradual was not."""
    falling = [answered(5_000, 0.9 - 0.012 * min(at, 9)) for at in range(14)]
    found = assess(history([answered(5_000, 0.9)] * 12, falling), ACCURACY, 0.02)
    assert found.onset is not None
    assert found.onset.gradual


@pytest.fixture
def findings():
    """Of a model that is a little worse, within its tolerance."""
    return assess(history([answered(5_000, 0.9)] * 5, [answered(5_000, 0.88)] * 6), ACCURACY, 0.03)


@pytest.mark.parametrize(("share", "code"), [(0.49, Code.PART_OF_FALL), (0.51, Code.MOST_LIKELY)])
def test_causes_that_explain_less_than_half_of_a_fall_are_a_part_of_it(findings, share, code):
    cause = Cause("mix", share, Message(Code.MIX_MOVED, {"feature": "x", "price": "1"}))
    assert verdict._why(replace(findings, causes=[cause])).code is code


@pytest.mark.parametrize(
    ("kinds", "code", "steps"),
    [
        ([("inside", 0.6), ("data_fault", 0.4)], Code.PART_OF_FALL, ["CT-H79", "CT-H77"]),
        ([("inside", 0.6), ("mix", 0.4)], Code.PART_OF_FALL, ["CT-H77"]),
        ([("data_fault", 0.7), ("inside", 0.3)], Code.MOST_LIKELY, ["CT-H79"]),
        ([("inside", 1.0)], Code.INSIDE_LEADS, ["CT-H77"]),
        ([], Code.NO_CAUSE, ["CT-H77"]),
    ],
)
def test_what_is_known_is_repaired_and_a_larger_part_that_is_not_is_looked_into(findings, kinds, code, steps):
    said = Message(Code.INSIDE_LEADS, {"price": "costs 1"})
    causes = [Cause(kind, share, said) for kind, share in kinds]
    assert verdict._why(replace(findings, causes=causes)).code is code
    assert [step.code for step in verdict._repair(replace(findings, causes=causes))] == steps


@pytest.mark.parametrize(("share", "said"), [(1.04, []), (1.06, ["CT-H144"])])
def test_what_made_up_for_a_cause_that_costs_more_than_the_fall_stands_beside_it(findings, share, said):
    """`17 more errors in 100` stood beside `that alone costs 28.0 more`, without what spared the others."""
    worse = Cause("inside", share, Message(Code.INSIDE_LEADS, {"price": "costs 28.0 more errors in 100"}))
    moved = Message(Code.MIX_MOVED, {"feature": "x", "price": "spares 11.0 errors in 100"})
    causes = [worse, Cause("mix", 1 - share, moved)]
    outcome = verdict._red(replace(findings, causes=causes), findings.window, str)
    assert [message.code.value for message in outcome.messages[2:]] == said
    assert all("In return, the mix of x moved" in message.sentence for message in outcome.messages[2:])


def state(loss, own_error, level=0.0, error=0.001, *, alarm_on=False):
    return alarm.Signal(loss, own_error, level, error, alarm_on)


def chunk(signal, **more):
    return ChunkFinding(None, {}, {}, {}, signal, reliable=True, faults=[], **{"losses": [], **more})


@pytest.mark.parametrize(
    ("loss", "own_error", "status"),
    [
        (0.0201, 0.0201 / 1.97, "red"),
        (0.0199, 0.0199 / 1.97, "amber"),
        (0.0201, 0.0201 / 1.95, "amber"),
        (0.0201, 0.0201 / 1.66, "amber"),
        (0.0201, 0.0201 / 1.63, "green"),
        (0.0105, 0.0053, "amber"),
        (0.0105, 0.0066, "green"),
        (0.01, 0.005, "green"),
        (0.0, 0.0605 / 1.96, "grey"),
        (0.0, 0.0595 / 1.96, "green"),
        (-0.05, 0.0595 / 1.96, "green"),
        (0.2, 0.1, "red"),
    ],
)
def test_a_chunk_is_judged_by_its_own_interval(loss, own_error, status):
    """Tolerance .02: worse beyond chance and by it; perhaps worse, and perhaps by it; too wide to tell."""
    assert verdict.chunk_status(chunk(state(loss, own_error)), 0.02) == status


def test_a_chunk_better_than_the_reference_is_not_red_though_the_alarm_is_on():
    better = state(-0.01, 0.01, level=0.05, error=0.01, alarm_on=True)
    assert verdict.chunk_status(chunk(better), 0.02) == "green"
    assert verdict.alarm_status(better, 0.02) == "red"


@pytest.mark.parametrize(("alone", "status"), [(True, "amber"), (False, "green")])
def test_a_loss_beside_marks_the_chunks_that_lost(alone, status):
    lost = Loss(ACCURACY, interval(0.9, 0.01), interval(0.8, 0.01), alone=alone)
    assert verdict.chunk_status(chunk(state(0.0, 0.01), losses=[lost]), 0.02) == status


@pytest.mark.parametrize(
    ("level", "error", "status"),
    [
        (0.0, 0.0399 / 1.96, "green"),
        (0.0, 0.0401 / 1.96, "amber"),
        (0.0101, 0.0101 / 1.97, "amber"),
        (0.0101, 0.0101 / 1.95, "green"),
        (0.0101, 0.0098 / 1.96, "green"),
        (0.015, 0.0052 / 1.96, "amber"),
    ],
)
def test_a_model_is_healthy_when_its_interval_excludes_enough(level, error, status):
    """Twice the tolerance of .02 where no loss shows, the tolerance where one does."""
    assert verdict.alarm_status(state(0.0, 0.01, level, error), 0.02) == status


def test_a_healthy_model_is_told_which_loss_is_excluded():
    seen = assess(history([answered(500, 0.9)] * 5, [answered(500, 0.9)] * 6), ACCURACY, 0.02)
    told = verdict.verdict(seen, str)
    high = seen.chunks[-1].signal.high
    assert told.status == "green"
    assert 0.02 < high < 0.04
    assert float(told.messages[0].parameters["limit"].removesuffix(" points")) >= 100 * high
    large = assess(history([answered(10**6, 0.9)] * 5, [answered(10**6, 0.9)] * 6), ACCURACY, 0.02)
    assert verdict.verdict(large, str).messages[0].parameters["limit"] == "2 points"


def statuses(rng, loss, worlds, tolerance=0.02, sd=0.0113):
    """States of the alarm after, and of, the 20th chunk of 1,000 rows; ten such before."""
    seen = []
    for _ in range(worlds):
        before, log = (
            [interval(value, sd) for value in rng.normal(mean, sd, size)]
            for mean, size in ((0.85, 10), (0.85 - loss, 20))
        )
        whole = interval(float(np.mean([one.value for one in before])), sd / 10**0.5)
        signal = alarm.signals(between.baseline(whole, before, tolerance), log, 1, tolerance)[-1]
        seen.append((verdict.alarm_status(signal, tolerance), verdict.chunk_status(chunk(signal), tolerance)))
    return [list(states) for states in zip(*seen, strict=True)]


def test_a_model_that_lost_twice_its_tolerance_is_hardly_ever_called_healthy():
    after, own = statuses(np.random.default_rng(0), 0.04, 1_000)
    assert after.count("green") <= 5
    assert own.count("red") >= 700


def test_a_model_that_lost_its_tolerance_is_called_healthy_in_one_of_four_worlds():
    after, _ = statuses(np.random.default_rng(0), 0.02, 1_000)
    assert 180 <= after.count("green") <= 290


def test_a_model_without_a_loss_is_called_healthy_nearly_always_and_so_are_its_chunks():
    after, own = statuses(np.random.default_rng(1), 0.0, 1_000)
    assert after.count("green") >= 970
    assert own.count("green") >= 960
    assert own.count("red") <= 15
