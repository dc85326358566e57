"""Broken here: a fault of data, answers or labels goes unseen, or something usual is called one."""

from dataclasses import replace

import numpy as np
import pytest

from core.health.change.drift import chi_squared, coarse, drift
from core.health.change.faults import Fault, Run, faults_by_chunk, habits, of_chunk, runs
from core.health.change.values.settle import SHARES, ColumnValues, settle_runs
from core.health.profiles.layout import Feature, Layout

NUMBER = Feature("x", edges=tuple(np.linspace(0, 1, 33)))
LAYOUT = Layout(("no", "yes"), 1024, (NUMBER, Feature("t", values=("a", "b"))))


@pytest.fixture
def rows(count, two_classes):
    """Profile of a chunk; `x` and `t` may be changed, `scores` and `y` too."""

    def make(n, seed, *, x=None, t=None, score=None, y=None):
        given_y, scores, given_x = two_classes(n, seed)
        towns = np.where(np.arange(n) % 3 == 0, "b", "a")
        if score is not None:
            scores = np.column_stack([1 - np.full(n, score), np.full(n, score)])
        return count(
            given_y if y is None else np.full(n, y),
            scores,
            layout=LAYOUT,
            x=given_x if x is None else x(given_x),
            towns=towns if t is None else t(towns),
        )

    return make


def some(share, value):
    return lambda values: np.where(np.arange(len(values)) < share * len(values), value, values)


def kinds(rows, **changes):
    return {fault.key for fault in of_chunk(LAYOUT, rows(5000, 0), rows(230, 1, **changes))}


def test_a_chunk_as_ever_has_no_fault(rows):
    assert not [fault for seed in range(200) for fault in of_chunk(LAYOUT, rows(2000, 0), rows(60, seed + 1))]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"x": lambda x: np.full_like(x, np.nan)}, ("missing", "x")),
        ({"x": lambda x: x * 1000}, ("moved", "x")),
        ({"x": lambda x: x / 1000 + 0.5}, ("moved", "x")),
        ({"x": lambda x: np.full_like(x, 0.4)}, ("moved", "x")),
        ({"t": lambda t: np.full_like(t, "b")}, ("moved", "t")),
        ({"t": some(0.05, "c")}, ("unseen", "t")),
        ({"score": 0.31}, ("constant", "")),
        ({"y": 0}, ("one_class", "")),
    ],
)
def test_every_fault_is_found_in_its_first_chunk(rows, changes, key):
    assert key in kinds(rows, **changes)


def test_a_value_never_seen_in_one_row_of_twenty_is_found_in_the_first_chunk(rows):
    rng, hits = np.random.default_rng(0), 0
    for seed in range(100):
        new = rng.random(250) < 0.05
        chunk = rows(250, seed + 1, t=lambda towns, new=new: np.where(new, "c", towns))
        hits += ("unseen", "t") in {fault.key for fault in of_chunk(LAYOUT, rows(5000, 0), chunk)}
    assert hits >= 95


def test_a_number_that_leaves_its_range_in_every_chunk_is_a_counter(rows):
    def counter(at):
        return lambda x: (at + x) / 10

    reference = [rows(300, at, x=counter(at)) for at in range(6)]
    log = [rows(300, 20 + at, x=counter(at)) for at in range(12, 15)]
    assert faults_by_chunk(LAYOUT, [rows(300, at) for at in range(6)], log) != [[], [], []]
    assert ("moved", "x") in habits(LAYOUT, reference)
    assert faults_by_chunk(LAYOUT, reference, log) == [[], [], []]


def test_a_column_that_was_always_as_empty_is_no_fault(rows):
    half = some(0.5, np.nan)
    assert faults_by_chunk(LAYOUT, [rows(300, at, x=half) for at in range(4)], [rows(300, 9, x=half)]) == [[]]


def test_runs_pass_over_chunks_without_rows_and_end_when_the_fault_does():
    fault = Fault("missing", "x", 0.0, 1.0, 200)
    assert runs([[], [fault], [], [fault], []], [10, 10, 0, 10, 10]) == [Run(fault, 1, 3, open=False)]
    assert runs([[fault], []], [10, 0]) == [Run(fault, 0, 0, open=True)]


def closer(rows, x, quantiles):
    before, now = rows(5000, 0), rows(230, 1, x=x)
    going = runs([of_chunk(LAYOUT, before, now)], [230])
    looked = {run: ColumnValues(quantiles=quantiles) for run in going}
    return [(run.fault.kind, run.fault.value) for run in settle_runs(LAYOUT, before, [now], going, looked)]


SPREAD = np.array(SHARES)


def test_a_column_in_another_unit_is_told_from_one_that_moved(rows):
    (kind, factor), *rest = closer(rows, lambda x: x * 1000, tuple(SPREAD * 1000))
    assert (kind, rest) == ("scale", [])
    assert float(factor) == pytest.approx(1000, rel=0.1)
    assert closer(rows, lambda x: x + 5, tuple(SPREAD + 5)) == [("outside", "")]
    assert closer(rows, lambda x: x * 0 + 0.4, (0.4,) * len(SHARES)) == [("stuck", "0.4")]


def test_numbers_that_crowd_for_another_reason_are_no_fault(rows):
    assert closer(rows, lambda x: 0.5 + x / 40, tuple(0.5 + SPREAD / 40)) == []


def test_values_never_seen_before_get_their_names(rows):
    before, now = rows(5000, 0), rows(230, 1, t=some(0.1, "c"))
    going = runs([of_chunk(LAYOUT, before, now)], [230])
    (run,) = settle_runs(LAYOUT, before, [now], going, {going[0]: ColumnValues(values=(("c", 0.1),))})
    assert run.fault.value == "'c'"


def test_values_never_seen_before_stay_apart_in_the_test_of_drift():
    feature = Feature("t", values=tuple("abcdefghijkl"))
    reference = np.array([*range(200, 80, -10), 0, 0])
    now = (reference / 10).astype(int)
    now[-2] = 7
    groups = coarse(feature, reference, reference), coarse(feature, reference, now)
    assert groups[0][-2:].tolist() == [0, 0]
    assert groups[1][-2:].tolist() == [7, 0]
    assert chi_squared(*groups) < 1e-6


def test_five_in_a_hundred_never_seen_are_flagged(rows):
    assert drift(LAYOUT, rows(5000, 0), rows(230, 1, t=some(0.05, "c")))["t"].flagged
    assert not drift(LAYOUT, rows(5000, 0), rows(230, 1))["t"].flagged


def test_rows_without_a_score_are_counted(rows):
    chunk = rows(400, 3)
    silent = replace(chunk, rows=np.array([500, 0, 0]))
    (fault,) = of_chunk(LAYOUT, rows(5000, 0), silent)
    assert (fault.kind, fault.now) == ("no_answer", pytest.approx(0.2))
