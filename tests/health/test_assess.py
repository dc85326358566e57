"""Broken here: the verdict that a stakeholder reads first, and the document behind it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from core.health.assess import assess
from core.health.attribution.segments import segments
from core.health.profiles.history import Chunk, History
from core.health.report.compose import Facts, compose
from core.model import ModelSpec, Roles
from core.stats.metrics import METRICS

SPEC = ModelSpec(1, "m", "binary", "record", ("no", "yes"), Roles("y"), "m", "roc_auc", 0.02, "month")
FACTS = Facts("3", "3", datetime(2016, 1, 1, tzinfo=UTC), 5)
MONTHS = [f"20{year}-{month:02d}" for year in (15, 16) for month in range(1, 13)]


@pytest.fixture
def history(profile, layout):
    def make(slopes, n=1500, reference=5):
        chunks = [
            Chunk(key, profile(n, at, slope=s))
            for at, (key, s) in enumerate(zip(MONTHS, slopes, strict=False))
        ]
        return History(layout, tuple(chunks[:reference]), tuple(chunks[reference:]))

    return make


def document(history, spec=SPEC):
    return compose(spec, assess(history, METRICS[spec.metric], spec.tolerance), FACTS)


def test_a_steady_model_is_green(history):
    found = document(history([3.0] * 14, n=6000), replace(SPEC, tolerance=0.03))
    assert found["status"] == "green"
    assert "healthy" in found["sentence"]
    assert found["onset"] is None
    assert found["causes"] == found["alerts"] == []


def test_a_fallen_model_is_red_since_the_month_it_fell(history):
    found = document(history([3.0] * 9 + [0.6] * 5))
    assert found["status"] == "red"
    assert found["onset"]["date"] == "2015-10-01"
    assert found["onset"]["earliest"] <= "2015-10-01" <= found["onset"]["latest"]
    assert "Since Oct 2015" in found["sentence"]
    assert "how well it ranks" in found["sentence"]
    assert [(cause["kind"], cause["code"]) for cause in found["causes"]] == [("inside", "CT-H59")]
    assert "whether the world changed or the labels did is not known yet" in found["sentence"]
    assert [alert["closed"] for alert in found["alerts"] if alert["severity"] == "red"] == [None]
    assert found["chunks"][-1]["estimated"]["roc_auc"]["reliable"] is False


def test_a_model_that_recovered_is_not_red_and_its_alert_is_closed(history):
    found = document(history([3.0] * 6 + [0.6] * 4 + [3.0] * 10, n=3000))
    assert found["status"] != "red"
    assert found["onset"] is None
    assert found["alerts"][0]["closed"] is not None


def test_few_labels_are_amber_with_the_number_that_would_settle_it(history, count, two_classes):
    def rows(seed, labelled):
        y, scores, x = two_classes(3000, seed)
        return count(y, scores, x=x, towns=["a"] * 3000, labelled=np.arange(3000) < labelled)

    many = history([3.0] * 5, n=6000)
    few = tuple(Chunk(key, rows(at, 60)) for at, key in enumerate(MONTHS[5:7], start=60))
    found = document(replace(many, log=few))
    assert found["status"] == "amber"
    assert 60 < found["labels_needed"] <= 2 * 2940


def test_no_more_labels_are_asked_for_than_there_are_rows(history, profile):
    """All 120 rows have a label: only time can settle it."""
    many = history([3.0] * 5, n=6000)
    few = tuple(Chunk(key, profile(60, at)) for at, key in enumerate(MONTHS[5:7], start=50))
    found = document(replace(many, log=few))
    assert found["status"] == "amber"
    assert found["labels_needed"] is None
    assert "more labels" not in found["sentence"]
    assert [step["code"] for step in found["steps"]] == ["CT-H78"]


def test_without_any_label_the_estimate_speaks_and_says_what_it_cannot_see(
    history, count, two_classes, layout
):
    y, scores, x = two_classes(1000, 77)
    silent = count(y, scores, x=x, towns=["a"] * 1000, labelled=np.zeros(1000, dtype=bool))
    found = document(replace(history([3.0] * 5), log=(Chunk("2016-01", silent),)))
    assert found["status"] == "grey"
    assert "cannot see" in found["sentence"]
    assert found["chunks"][0]["realised"] == {}
    assert found["chunks"][0]["estimated"]["roc_auc"]["value"] > 0.7
    harder = count(y, scores * 0.2 + 0.4, x=x, towns=["a"] * 1000, labelled=np.zeros(1000, dtype=bool))
    worse = document(
        replace(history([3.0] * 5), log=(Chunk("2016-01", harder),)), replace(SPEC, metric="accuracy")
    )
    assert worse["status"] == "amber"


def test_nothing_to_watch_is_grey(history):
    assert document(replace(history([3.0] * 5), log=()))["status"] == "grey"
    empty = document(replace(history([3.0] * 7), reference=()))
    assert empty["status"] == "grey"
    assert empty["reference"] is None


def test_the_document_is_plain_json(history):
    found = document(history([3.0] * 9 + [0.6] * 5))
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_chunks_of_rows_have_row_numbers(history):
    few = history([3.0] * 7)
    renamed = tuple(replace(c, key=f"rows-{at:06d}") for at, c in enumerate((*few.reference, *few.log)))
    spec = replace(SPEC, chunk="1500")
    found = document(History(few.layout, renamed[:5], renamed[5:]), spec)
    assert (found["chunks"][0]["start"], found["chunks"][0]["end"]) == (7500, 8999)


def test_the_worst_segment_comes_first_with_its_share(profile):
    before = {("t", "a"): profile(4000, 0), ("t", "b"): profile(4000, 1)}
    now = {
        ("t", "a"): profile(4000, 2),
        ("t", "b"): profile(4000, 3, slope=0.6),
        ("t", "new"): profile(500, 4),
    }
    found = segments(METRICS["accuracy"], before, now, before["t", "a"])
    assert (found[0].column, found[0].value) == ("t", "b")
    assert found[0].share > 0.8
    assert found[0].high < 0
    assert sum(each.share for each in found) == pytest.approx(1)


def test_a_new_version_starts_afresh(history):
    """Its first chunks are judged without the state that the fall of the version before left behind."""
    fallen = history([3.0] * 9 + [0.6] * 5 + [3.0] * 2)
    assert document(fallen)["status"] == "red"
    renewed = document(replace(fallen, fresh=(9,)))
    assert renewed["status"] != "red"
    assert renewed["current"]["start"] == "2016-03-01"


@pytest.mark.parametrize(("fresh", "kinds"), [(7, ["version"]), (6, ["inside"])])
def test_of_a_fall_without_an_alarm_a_version_is_named_that_was_worse_at_once(history, fresh, kinds):
    findings = assess(replace(history([3.0] * 12 + [1.5] * 6), fresh=(fresh,)), METRICS["accuracy"], 0.1)
    assert not any(chunk.signal.alarm for chunk in findings.chunks)
    assert [cause.kind for cause in findings.causes] == kinds


def test_a_new_version_that_has_not_answered_yet_is_said(history):
    found = assess(history([3.0] * 8), METRICS["roc_auc"], 0.02)
    told = compose(SPEC, found, replace(FACTS, version="4"))
    assert "predictions of version 3; version 4 has not made any yet" in told["sentence"]
