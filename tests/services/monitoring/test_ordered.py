"""Broken here: errors of one star become errors of three, and measures that only count errors stand still."""

import numpy as np
import pandas as pd
import pytest

from core.services.in_memory.monitor_frame import monitor_frame
from core.services.onboarding.plan import ConnectRequest
from core.tables.roles.requested_roles import RequestedRoles
from core.tables.table import Table

DAYS, PER_DAY, WORSE = 150, 30, 100


def stars():
    """A quarter of the predictions is wrong throughout: by one star, from day 100 on by three."""
    rng = np.random.default_rng(5)
    day = np.arange(DAYS).repeat(PER_DAY)
    label = rng.integers(1, 6, len(day))
    step = np.where(day < WORSE, 1, 3)
    off = np.where(label + step <= 5, label + step, np.maximum(label - step, 1))
    predicted = np.where(rng.random(len(day)) < 0.25, off, label)
    when = pd.Timestamp("2024-01-01") + pd.to_timedelta(day, "D")
    frame = pd.DataFrame({"day": when, "x": rng.normal(size=len(day)), "pred": predicted, "stars": label})
    return frame.astype({"pred": str, "stars": str})


FRAME = stars()


def watched(frame, metric=None):
    roles = RequestedRoles(label="stars", time="day", prediction="pred", task="multiclass")
    return monitor_frame(
        ConnectRequest("stars", roles, chunk="week", metric=metric), Table(frame, "stars")
    ).document


@pytest.mark.parametrize("metric", ["class_distance", "weighted_kappa"])
def test_an_ordered_measure_dates_it(metric):
    document = watched(FRAME, metric)
    assert document["status"] == "red"
    assert document["onset"]["date"] in {"2024-04-08", "2024-04-15"}  # day 100 is the 10th of April


def test_beside_another_metric_of_record_it_is_said():
    document = watched(FRAME)
    assert (document["metric"], document["status"]) == ("accuracy", "amber")
    assert [loss["metric"] for loss in document["losses"]] == ["class_distance"]
    assert "it is off by 0." in document["sentence"]
    assert " classes (95 % interval" in document["sentence"]


def test_numbers_that_are_names_have_no_order():
    """The same errors among classes whose numbers mean nothing are of no distance."""
    names = dict(zip("12345", "31524", strict=True))
    rng = np.random.default_rng(6)
    label = FRAME["stars"].map(names)
    other = rng.permutation(label.to_numpy())
    plain = FRAME.assign(stars=label, pred=np.where(rng.random(len(label)) < 0.25, other, label))
    assert "class_distance" not in {loss["metric"] for loss in watched(plain)["losses"]}
