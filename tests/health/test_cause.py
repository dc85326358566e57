"""Broken here: the wrong thing is blamed for a fall."""

import numpy as np
import pytest

from core.health import cells
from core.health.bands import Measured
from core.health.calibrate import calibrate
from core.health.cause import Fall, causes
from core.health.drift import Drift
from core.health.estimate import estimate
from core.health.layout import Feature, Layout
from core.health.metrics import METRICS, measure
from core.health.noise import flips

MOVED = {"x": Drift(0.4, 0.5, 0.0, flagged=True), "t": Drift(0.0, 0.0, 1.0, flagged=False)}


def fall(before, now, calibration):
    metric = METRICS["accuracy"]
    a, b = measure(metric, before), measure(metric, now)
    return Fall(1, a, b, estimate(now, calibration)["accuracy"], a.value - b.value)


def explain(layout, before, now):
    calibration = calibrate(before)
    return causes(fall(before, now, calibration), layout, before, now, MOVED, calibration)


def test_a_changed_relation_is_called_so(profile, layout):
    found = explain(layout, profile(6000, 0), profile(6000, 1, slope=-0.5))
    assert found[0].kind == "concept"
    assert found[0].share > 0.8
    assert "relation" in found[0].sentence


def test_harder_inputs_are_called_so_and_named(count, two_classes, layout):
    """Hard cases (scores near a half) have a large x; they become many."""
    y, scores, _ = two_classes(12000, 0)
    hard = np.abs(scores[:, 1] - 0.5) < 0.2
    x = np.where(hard, 0.85, 0.15)
    before = count(y[:6000], scores[:6000], x=x[:6000], towns=["a"] * 6000)
    late = np.flatnonzero(hard | (np.arange(12000) % 4 == 0))
    late = late[late >= 6000]
    now = count(y[late], scores[late], x=x[late], towns=["a"] * late.size)
    found = explain(layout, before, now)
    assert found[0].kind == "inputs"
    assert found[0].feature == "x"


def test_flipped_labels_are_called_so(profile, layout):
    found = explain(layout, profile(20000, 0), profile(6000, 1, flip=0.08))
    assert found[0].kind == "labels"


def test_the_rate_of_flips_is_found(profile):
    found = flips(profile(20000, 3, flip=0.08), calibrate(profile(20000, 0)))
    assert found.up == pytest.approx(0.08, abs=0.02)
    assert found.down == pytest.approx(0.08, abs=0.02)
    assert flips(profile(6000, 1), calibrate(profile(20000, 0))) is None
    assert flips(profile(6000, 1, slope=-1), calibrate(profile(20000, 0))) is None


def test_a_column_that_arrives_empty_comes_first(count, two_classes, layout):
    y, scores, x = two_classes(4000, 0)
    before = count(y, scores, x=x, towns=["a"] * 4000)
    y, scores, x = two_classes(4000, 1)
    empty = np.arange(4000) % 2 == 0
    scores[empty] = [0.6, 0.4]
    now = count(y, scores, x=np.where(empty, np.nan, x), towns=["a"] * 4000)
    found = explain(layout, before, now)
    assert (found[0].kind, found[0].feature) == ("data_fault", "x")
    assert "50%" in found[0].sentence


def test_a_column_that_was_constant_in_the_reference_is_never_blamed(count, two_classes):
    layout = Layout(("no", "yes"), 1024, (Feature("still", edges=(0.5, float(np.nextafter(0.5, 1)))),))
    y, scores, x = two_classes(4000, 0)
    before = count(y, scores, layout=layout, x=np.full(4000, 0.5))
    now = count(1 - y, scores, layout=layout, x=x)
    assert layout.features[0].constant
    assert cells.faults(layout, before, now) == []
    assert cells.moved(layout, before, now) == cells.relation(layout, before, now) == {}


def test_values_never_seen_that_cover_every_row_are_not_a_fault(count, two_classes, layout):
    """A year or a growing number leaves its range everywhere: there are no sound rows to compare with."""
    y, scores, x = two_classes(2000, 0)
    before = count(y, scores, x=x, towns=["a"] * 2000)
    now = count(1 - y, scores, x=x + 5, towns=["a"] * 2000)
    assert [fault.cost for fault in cells.faults(layout, before, now)] == [0.0]


def test_a_gain_has_no_cause(profile, layout):
    before, now = profile(3000, 0, slope=1.0), profile(3000, 1)
    assert explain(layout, before, now) == []


def test_without_an_estimate_nothing_is_said(profile, layout):
    before, now = profile(3000, 0), profile(3000, 1, slope=0.0)
    value = Measured(0.9, 0.89, 0.91, 1e-4, 3000)
    silent = Fall(1, value, Measured(0.7, 0.69, 0.71, 1e-4, 3000), None, 0.2)
    assert causes(silent, layout, before, now, {}, calibrate(before)) == []


def test_a_column_that_was_as_broken_before_without_harm_is_not_blamed(count, two_classes, layout):
    y, scores, x = two_classes(4000, 0)
    before = count(y, scores, x=x, towns=["a"] * 4000)
    empty = np.arange(4000) % 2 == 0
    earlier = count(y, scores, x=np.where(empty, np.nan, x), towns=["a"] * 4000)
    y, scores, x = two_classes(4000, 1)
    scores[empty] = [0.6, 0.4]
    now = count(y, scores, x=np.where(empty, np.nan, x), towns=["a"] * 4000)
    calibration = calibrate(before)
    found = causes(fall(before, now, calibration), layout, before, now, MOVED, calibration, [earlier])
    assert "data_fault" not in {each.kind for each in found}
