"""Broken here: predictions of other rows pass for a changed world, or an honest model is blamed."""

from dataclasses import replace

import numpy as np
import pytest

from core.health.attribution.account import with_output_misfit
from core.health.attribution.cause import Fall
from core.health.attribution.line import cost_line
from core.health.attribution.output_link import LostLink, OtherFactor, output_misfit
from core.health.change.faults import Fault, Run
from core.health.profiles.cell_rows import CellRows
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import Profile
from core.messages import Code, Message
from tests.benchmarks.output_link_rates import BROKEN, CLASSES, OF_AMOUNTS, QUIET, called

CHOICE = Feature("c", values=("a", "b"))
USUAL = 0.95
"""Share that the inputs explain in the reference period of most tests."""


def tasks_of(change):
    return [task for task, classes in CLASSES.items() if not (classes and change.keys() & OF_AMOUNTS)]


@pytest.mark.parametrize("name", QUIET)
def test_outputs_that_follow_their_inputs_are_no_fault_whatever_moved(name):
    change = QUIET[name]
    calls = [called(task, change, 600, seed, 1500) for task in tasks_of(change) for seed in range(2)]
    assert calls == [None] * len(calls)


@pytest.mark.parametrize("name", [name for name in BROKEN if name != "one in ten mixed up"])
def test_outputs_of_other_rows_or_of_another_factor_are_seen(name):
    change = BROKEN[name]
    calls = [called(task, change, 600, seed, 1500) for task in tasks_of(change) for seed in range(2)]
    assert calls == [OtherFactor if "factor" in change else LostLink] * len(calls)


def linked(explained, n=2000, *, part=1.0, factor=1.0, more=0.0):
    """Rows of one category that explains so much of the outputs; what it does not lies in a part of the rows.

    Outputs of the two values lie one apart, around nought.
    """
    cells = np.arange(n) % 2
    off = (0.25 * (1 / explained - 1) / part) ** 0.5
    sign = np.where(np.arange(n) // 2 % 2, off, -off)
    hit = np.arange(n) < round(part * n / 4) * 4
    outputs = factor * (cells - 0.5 + np.where(hit, sign, 0)) + more
    return CellRows(cells[:, None], np.zeros(n), outputs[:, None])


def said(before, now, *, amounts=False):
    return output_misfit([CHOICE], before, now, amounts=amounts)


@pytest.mark.parametrize(("left", "kind"), [(0.765, type(None)), (0.735, LostLink)])
def test_a_quarter_of_what_the_inputs_explained_must_be_lost(left, kind):
    found = said(linked(USUAL), linked(left * USUAL))
    assert isinstance(found, kind)
    if found is not None:
        assert (found.before, found.now) == pytest.approx((USUAL, left * USUAL), abs=0.005)


@pytest.mark.parametrize(("before", "called_lost"), [(0.49, False), (0.51, True)])
def test_outputs_that_never_followed_the_inputs_cannot_be_judged(before, called_lost):
    assert (said(linked(before), linked(0.1)) is not None) is called_lost


@pytest.mark.parametrize(("n", "called_lost"), [(196, False), (200, True)])
def test_two_hundred_rows_are_needed_in_both_periods(n, called_lost):
    assert (said(linked(USUAL, n), linked(0.3)) is not None) is called_lost
    assert (said(linked(USUAL), linked(0.3, n)) is not None) is called_lost


@pytest.mark.parametrize(("n", "called_lost"), [(200, False), (300, True)])
def test_the_loss_must_exclude_chance_once_in_ten_thousand(n, called_lost):
    """What is lost lies in one row of 25: it is 3.3 standard errors of 200 rows, 4.04 of 300."""
    assert (said(linked(USUAL), linked(0.5, n, part=0.04)) is not None) is called_lost


@pytest.mark.parametrize(
    ("factor", "other"), [(1.24, False), (1.26, True), (1 / 1.24, False), (1 / 1.26, True)]
)
def test_amounts_are_another_factor_from_a_quarter_more_on(factor, other):
    found = said(linked(USUAL), linked(USUAL, factor=factor), amounts=True)
    assert (found is not None) is other
    assert not other or found.factor == pytest.approx(factor, rel=0.01)
    assert said(linked(USUAL), linked(USUAL, factor=factor)) is None


@pytest.mark.parametrize(("more", "other"), [(0.08, True), (0.09, False)])
def test_amounts_that_moved_and_spread_are_no_other_factor(more, other):
    """Their spread is .77 around that: a tenth of both together, .086, may be left at nought."""
    found = said(linked(USUAL), linked(USUAL, factor=1.5, more=more), amounts=True)
    assert (found is not None) is other


def test_a_number_that_crowds_into_its_last_cell_is_left_out():
    """Within it the outputs differ by what no cell tells: as many rows as before are judged, no more."""
    number = Feature("x", edges=tuple(np.linspace(0, 10, 11)))

    def rows(cells, spread):
        sign = np.where(np.arange(len(cells)) % 2, 1.0, -1.0)
        outputs = cells + np.where(cells == 9, spread, 0.1) * sign
        return CellRows(cells[:, None], np.zeros(len(cells)), outputs[:, None])

    usual = np.arange(2000) % 10 + 1
    before, as_often = rows(usual, 0.1), rows(usual, 12.0)
    crowded = rows(np.where(np.arange(2000) % 2, 9, usual), 12.0)
    assert isinstance(output_misfit([number], before, as_often), LostLink)
    assert output_misfit([number], before, crowded) is None


@pytest.mark.parametrize(("heaps", "kind"), [(4, None), (20, "LostLink")])
def test_a_rounded_number_cannot_be_compared(heaps, kind):
    """Of 32 cells so many are filled: outputs that say nothing are then told, or not."""
    rng = np.random.default_rng(1)
    cells = rng.integers(1, 33, (2, 4000, 1))
    cells[1] = 1 + (cells[1] - 1) * heaps // 32 * 32 // heaps
    feature = Feature("x", edges=tuple(float(at) for at in range(33)))
    before = CellRows(cells[0], np.zeros(4000), cells[0] / 32)
    now = CellRows(cells[1], np.zeros(4000), rng.random((4000, 1)))
    misfit = output_misfit([feature], before, now)
    assert (misfit and type(misfit).__name__) == kind


def test_rows_without_scores_are_not_judged():
    before, now = linked(USUAL), linked(0.3)
    assert said(replace(before, outputs=None), now) is None
    assert said(before, replace(now, outputs=np.full((2000, 1), np.nan))) is None


BROKEN_COLUMN = Run(Fault("missing", "x", 0.0, 0.4, 500), 6, 9, open=True)


@pytest.mark.parametrize(
    ("runs", "one_version", "kind"),
    [
        ([], True, "output_fault"),
        ([], False, "inside"),
        ([BROKEN_COLUMN], True, "inside"),
        ([Run(Fault("few_rows", "", 0.0, 1.0, 500), 6, 9, open=True)], True, "output_fault"),
    ],
)
def test_it_is_named_of_one_version_without_another_fault(runs, one_version, kind):
    layout = Layout(("no", "yes"), 1024, (CHOICE,))
    nothing = Profile.empty(layout)
    fall = Fall(nothing, nothing, 0.1, None, runs, {}, None, one_version)
    rest = cost_line("inside", Message(Code.INSIDE_WORSE, {}), 0.1, 0.0001, (500, None))
    line = with_output_misfit(layout, fall, (linked(USUAL), linked(0.3)), rest)
    assert line.kind == kind
    assert (line.message.code is Code.LINK_LOST) == (kind == "output_fault")
    assert (line.value, line.low, line.high) == (rest.value, rest.low, rest.high)
