"""Broken here: the wrong thing is blamed for a fall, or something without evidence."""

import re

import numpy as np
import pytest

from core.health.attribution.cause import Fall, causes
from core.health.attribution.mix import fault_cost, mixes
from core.health.change.drift import drift
from core.health.change.faults import Fault, Run
from core.health.change.onset import Onset
from core.health.performance.metrics import measure
from core.health.profiles.layout import Feature, Layout
from core.health.tasks.task import task_of
from core.messages import Code, Message
from core.stats.metrics import METRICS

TOWNS = Layout(("no", "yes"), 1024, (Feature("t", values=("a", "b")), Feature("x", edges=(0.0, 0.5, 1.0))))


def explain(layout, before, now, *, runs=(), onset=None, version=None):
    accuracy = METRICS["accuracy"]
    grown = measure(accuracy, before).value - measure(accuracy, now).value
    return causes(layout, Fall(before, now, grown, onset, runs, drift(layout, before, now), version))


def towns(count, n, seed, *, share=0.15, errors=(0.1, 0.4)):
    """Rows of two towns, the model wrong more often in `b`."""
    rng = np.random.default_rng(seed)
    b = rng.random(n) < share
    wrong = rng.random(n) < np.where(b, errors[1], errors[0])
    y = rng.integers(0, 2, n)
    answered = np.where(wrong, 1 - y, y)
    scores = np.where(np.arange(2) == answered[:, None], 0.7, 0.3)
    return count(y, scores, layout=TOWNS, x=rng.random(n), towns=np.where(b, "b", "a"))


@pytest.fixture
def town_layout(count):
    """`count` fills columns in their order: the town comes second."""
    return Layout(("no", "yes"), 1024, (TOWNS.features[1], TOWNS.features[0]))


def made(count, layout, *args, **how):
    def in_layout(y, scores, **columns):
        return count(y, scores, **{**columns, "layout": layout})

    return towns(in_layout, *args, **how)


def test_a_moved_mix_is_named_with_what_it_costs(count, town_layout):
    before, now = made(count, town_layout, 9000, 0), made(count, town_layout, 4500, 1, share=0.5)
    (cause,) = explain(town_layout, before, now)
    assert (cause.kind, cause.feature) == ("mix", "t")
    assert re.search(r"\((a 8\d → 5\d|b 1\d → [45]\d) % of the rows\)", cause.sentence)
    assert cause.share == pytest.approx(1, abs=0.1)


def test_what_changed_inside_the_towns_is_no_mix_and_no_label(count, town_layout):
    before = made(count, town_layout, 9000, 0)
    now = made(count, town_layout, 4500, 1, errors=(0.25, 0.5))
    assert explain(town_layout, before, now) == []


def test_flipped_labels_are_never_named_from_the_scores(profile, layout):
    assert explain(layout, profile(20000, 0), profile(6000, 1, flip=0.08)) == []


def test_the_intervals_of_the_mix_cover_the_truth(count, town_layout):
    truth, inside, misses = 0.35 * 0.3, 0, 0
    for seed in range(200):
        before = made(count, town_layout, 1500, 2 * seed)
        now = made(count, town_layout, 900, 2 * seed + 1, share=0.5)
        mix = next(each for each in mixes(town_layout, before, now) if each.feature == "t")
        inside += mix.low <= truth <= mix.high
        misses += mix.low > truth
    assert inside >= 190  # 97.5 % by Bonferroni over two columns
    assert misses <= 8


def test_a_mix_that_did_not_move_is_hardly_ever_named(count, town_layout):
    named = 0
    for seed in range(100):
        before = made(count, town_layout, 1500, 2 * seed)
        now = made(count, town_layout, 900, 2 * seed + 1, errors=(0.3, 0.5))
        named += bool(explain(town_layout, before, now))
    assert named <= 2


def half_empty(count, two_classes, seed, *, harmless=False):
    y, scores, x = two_classes(4000, seed)
    empty = np.arange(4000) % 2 == 0
    if not harmless:
        scores[empty] = [0.6, 0.4]
    return count(y, scores, x=np.where(empty, np.nan, x), towns=["a"] * 4000)


def broken(first, kind="missing", value=""):
    share = 0.5 if kind == "missing" else 1.0
    return Run(Fault(kind, "x", 0.0, share, 4000, value), first, 9, open=True)


def test_a_column_that_arrives_empty_comes_first_with_its_price(count, two_classes, layout):
    y, scores, x = two_classes(4000, 0)
    before = count(y, scores, x=x, towns=["a"] * 4000)
    now = half_empty(count, two_classes, 1)
    found = explain(layout, before, now, runs=[broken(6)], onset=Onset(6, 6, 7))
    assert (found[0].kind, found[0].feature) == ("data_fault", "x")
    assert "50 %" in found[0].sentence
    assert "more errors in 100 (95 % interval" in found[0].sentence


def test_a_column_that_broke_after_the_fall_is_not_blamed_and_one_before_has_its_part(
    count, two_classes, layout
):
    """Of a small fall nobody knows the chunk; the sound rows tell what the others cost."""
    before = half_empty(count, two_classes, 0, harmless=True)
    now = half_empty(count, two_classes, 1)
    assert explain(layout, before, now, runs=[broken(9)], onset=Onset(6, 6, 7)) == []
    (cause,) = explain(layout, before, now, runs=[broken(2)], onset=Onset(6, 6, 7))
    assert cause.message.code is Code.FAULT_OF_SOME_ROWS


def test_a_broken_column_without_harm_is_not_blamed(count, two_classes, layout):
    y, scores, x = two_classes(4000, 0)
    before = count(y, scores, x=x, towns=["a"] * 4000)
    now = half_empty(count, two_classes, 1, harmless=True)
    assert explain(layout, before, now, runs=[broken(6)], onset=Onset(6, 6, 7)) == []


def test_a_fault_of_every_row_has_all_of_the_fall(profile, layout):
    now = profile(4000, 1, slope=1, shift=1)  # it reaches the model's answers
    found = explain(layout, profile(4000, 0), now, runs=[broken(6, "scale", "100")])
    assert [(cause.kind, cause.share) for cause in found] == [("data_fault", 1.0)]
    assert "about 100 times as large" in found[0].sentence


@pytest.mark.parametrize(("first", "kinds"), [(6, ["data_fault"]), (5, ["output_fault", "data_fault"])])
def test_what_a_column_broken_in_every_row_makes_of_the_answers_is_its_doing(profile, layout, first, kinds):
    now = profile(4000, 1, slope=1, shift=1)
    cut = Run(Fault("cut", "", 0.1, 0.0, 4000, "above 0.9"), first, 9, open=True)
    found = explain(
        layout, profile(4000, 0), now, runs=[cut, broken(6, "scale", "100")], onset=Onset(6, 6, 6)
    )
    assert [cause.kind for cause in found] == kinds


def test_a_fault_that_does_not_reach_the_answers_is_no_cause(profile, layout):
    """The relation changed in the week in which a column broke that the model does not read."""
    steady = profile(4000, 1, slope=1)
    assert explain(layout, profile(4000, 0), steady, runs=[broken(6, "stuck", "3")]) == []
    before = np.array([[2400, 2400, 1800], [0, 0, 0]], dtype=float)
    now = np.array([[600, 600, 372], [600, 600, 372]], dtype=float)
    assert fault_cost(task_of(("no", "yes")), before, now, [1])[0] == 0


def test_a_version_that_came_with_the_fall_is_named(profile, layout):
    found = explain(
        layout,
        profile(4000, 0),
        profile(4000, 1, slope=1),
        version=Message(Code.VERSION_TOOK_OVER, {"version": "2"}),
    )
    assert [cause.kind for cause in found] == ["version"]


def test_a_column_that_was_constant_in_the_reference_is_never_blamed(count, two_classes):
    layout = Layout(("no", "yes"), 1024, (Feature("still", edges=(0.5, float(np.nextafter(0.5, 1)))),))
    y, scores, x = two_classes(4000, 0)
    before = count(y, scores, layout=layout, x=np.full(4000, 0.5))
    now = count(1 - y, scores, layout=layout, x=x)
    assert mixes(layout, before, now) == []
    assert explain(layout, before, now) == []


def test_a_gain_has_no_cause(profile, layout):
    assert explain(layout, profile(3000, 0, slope=1.0), profile(3000, 1)) == []


def test_empty_cells_that_cost_nothing_are_rarely_blamed_for_a_fall(count, two_classes, layout):
    """Every row became harder when a tenth of a column went empty: chance blames the column in one of 20."""
    y, scores, x = two_classes(4000, 0)
    before = count(y, scores, x=x, towns=["a"] * 4000)
    blamed = 0
    for seed in range(1, 121):
        y, scores, x = two_classes(400, seed, flip=0.12)
        now = count(y, scores, x=np.where(np.arange(400) < 40, np.nan, x), towns=["a"] * 400)
        run = Run(Fault("missing", "x", 0.0, 0.1, 400), 6, 9, open=True)
        blamed += any(cause.feature == "x" for cause in explain(layout, before, now, runs=[run]))
    assert blamed <= 10
