"""Broken here: early labels of one class are believed, or an honest shift of classes is called a fault."""

from dataclasses import replace

import numpy as np
import pytest

from core.health.attribution.fault_messages import fault_message
from core.health.change.fit.labels import label_misfits
from core.health.change.fit.predictions import output_misfits
from tests.benchmarks.label_fit_rates import LABELS, TWO, counted, label_kinds, two

BROKEN = {
    "labels of positives known, of others one in ten": "one_sided",
    "labels of positives known, of others half": "one_sided",
    "97 % of the labels filled with one class": "filled",
}
OTHER_ROWS = "the first half labelled, half a spread apart"
"""Labels that are not of a random part of the rows are told, whatever chose them."""


def kinds(name, n, times=40):
    rng = np.random.default_rng(3)
    before = two(rng, 5000)
    return [label_kinds(before, two(rng, n, **LABELS[name])) for _ in range(times)]


@pytest.mark.parametrize("n", [100, 2000])
@pytest.mark.parametrize("name", [name for name in LABELS if name not in {*BROKEN, OTHER_ROWS}])
def test_classes_that_shift_and_labels_that_are_few_are_no_fault(name, n):
    assert sum(map(len, kinds(name, n))) == 0


@pytest.mark.parametrize(("name", "kind"), BROKEN.items())
def test_what_is_broken_is_called_in_the_first_chunk(name, kind):
    assert kinds(name, 500).count({kind}) >= 38


def rows(known, unknown, *, share=0.5):
    """So many labelled rows at .7 and unlabelled ones at .3; the share of both lies at the other place."""
    score = np.concatenate(
        [np.where(np.arange(n) < share * n, 1 - at, at) for n, at in ((known, 0.7), (unknown, 0.3))]
    )
    y = np.arange(known + unknown) % 2
    has_label = np.arange(known + unknown) < known
    scores = np.column_stack([1 - score, score])
    return counted(TWO, y, scores, (score > 0.5).astype(int), has_label)


@pytest.mark.parametrize(("share", "called"), [(0.41, False), (0.39, True)])
def test_rows_with_and_without_a_label_may_differ_by_a_tenth(share, called):
    """Above: (1 - share)^2 + share (1 - share) = .59 or .61 of the pairs."""
    assert (label_kinds(rows(2000, 0), rows(1000, 1000, share=share)) == {"one_sided"}) is called


@pytest.mark.parametrize(("missing", "called"), [(190, False), (210, True)])
def test_labels_may_be_missing_of_a_tenth_of_the_rows(missing, called):
    assert (label_kinds(rows(2000, 0), rows(2000 - missing, missing, share=0.1)) == {"one_sided"}) is called


@pytest.mark.parametrize(("n", "called"), [(34, False), (120, True)])
def test_rows_differ_by_more_than_chance(n, called):
    """Scores .61 to .39 apart: 3.89 standard errors at 2 * 117 rows."""
    assert (label_kinds(rows(2000, 0), rows(n, n, share=0.35)) == {"one_sided"}) is called


def test_a_reference_period_with_such_labels_is_how_labels_are():
    known = rows(1000, 1000, share=0.2)
    assert label_kinds(known, rows(500, 500, share=0.2)) == set()
    assert label_kinds(known, rows(100, 900, share=0.2)) == set()


@pytest.mark.parametrize(("filled", "called"), [(0.94, False), (0.96, True)])
def test_nearly_all_labels_are_of_one_class_from_nineteen_in_twenty_on(filled, called):
    y = (np.arange(1000) >= filled * 1000).astype(int)
    score = np.where(np.arange(1000) % 2 == 0, 0.8, 0.2)
    chunk = counted(TWO, y, np.column_stack([1 - score, score]), (score > 0.5).astype(int))
    assert (label_kinds(two(np.random.default_rng(0), 3000), chunk) == {"filled"}) is called


def test_labels_that_never_came_are_told_when_later_ones_did():
    rng = np.random.default_rng(0)
    before, full = two(rng, 2000), two(rng, 500)
    few, none = (two(rng, 500, known=(share, share)) for share in (0.3, 0.0))
    log = [full, few, none, full, none, few]
    kinds_of = [[fault.kind for fault in faults] for faults in label_misfits(TWO, [before], log)]
    assert kinds_of == [[], ["few_labels"], ["few_labels"], [], [], []]  # the newest may still come


def with_young(profile, young):
    """Rows without a label may still get one; so many of them are too young for it."""
    return replace(profile, rows=np.array([profile.n, profile.n - profile.labelled, young]))


@pytest.mark.parametrize(("young", "called"), [(0, True), (700, True), (1000, False)])
def test_only_rows_that_are_too_young_may_lack_their_label(young, called):
    """Every label has a time of its own, so that each may still come; of 1,000 without, so many are young."""
    chunk = with_young(rows(1000, 1000, share=0.2), young)
    assert (label_kinds(with_young(rows(2000, 0), 0), chunk) == {"one_sided"}) is called


def test_the_sentence_says_of_whom_labels_are_known():
    rng = np.random.default_rng(0)
    before, chunk = two(rng, 5000), two(rng, 1000, known=(0.1, 0.9))
    (fault,) = label_misfits(TWO, [before], [chunk])[0]
    text = str(fault_message(fault, "May 2024"))
    assert text.startswith("labels are known of ")
    assert "% of them are 'yes' (50 % before); nothing is measured by them since May 2024" in text
    assert output_misfits(TWO, before, chunk) == []


def test_a_week_of_early_labels_does_not_make_a_model_red(told_by_months):
    rng = np.random.default_rng(0)
    before, log = [two(rng, 800) for _ in range(5)], [two(rng, 800) for _ in range(3)]
    document = told_by_months(TWO, before, [*log, two(rng, 800, known=(0.1, 0.95))])
    assert document["status"] == "amber"
    assert document["chunks"][-1]["status"] == "grey"
    assert document["causes"] == []
    (alert,) = (alert for alert in document["alerts"] if alert["closed"] is None)
    assert (alert["rule"], alert["code"]) == ("labels", "CT-H113")


def test_rows_whose_labels_are_not_due_yet_end_no_fault_of_labels(told_by_months):
    rng = np.random.default_rng(0)
    before, log = [two(rng, 800) for _ in range(5)], [two(rng, 800) for _ in range(3)]
    early = with_young(two(rng, 800, known=(0.1, 0.95)), 0)
    newest = with_young(two(rng, 800, known=(0.0, 0.0)), 800)
    document = told_by_months(TWO, before, [*log, early, newest])
    assert document["status"] == "amber"
    (alert,) = (alert for alert in document["alerts"] if alert["closed"] is None)
    assert alert["code"] == "CT-H113"
