"""Broken here: a suggestion without what it takes, or one that promises more than was lost."""

import re

import numpy as np

from core.services.in_memory.monitor_frame import monitor_frame
from core.services.onboarding.plan import ConnectRequest
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table
from tests.services.monitoring.test_known_situations import MAY, health, log


def first_step(frame, **roles):
    document = health(frame, **roles)
    return document, document["steps"][0]


def test_retraining_wins_back_no_more_than_the_fall():
    frame = log(rows=400)
    worse = (frame["t"] >= MAY) & (np.random.default_rng(6).random(len(frame)) < 0.4)
    frame.loc[worse, "y"] = np.random.default_rng(7).choice(["0", "1"], int(worse.sum()))
    document, step = first_step(frame)
    assert step["code"] in {"CT-H76", "CT-H77"}
    low, high = sorted(-100 * document["fall"][end] for end in ("low", "high"))
    lost = -100 * document["fall"]["value"]
    record = document["fall"]["record"]
    assert (document["fall"]["unit"], record["metric"]) == ("errors in 100 rows", document["metric"])
    assert record["now"]["value"] == document["current"]["value"]
    assert record["before"]["value"] == document["reference"]["value"]
    assert step["gain"] == f"at most {lost:.1f} fewer errors in 100 (95 % interval {low:.1f}-{high:.1f})"
    assert step["effort"].startswith("an engineer, a few minutes, then time of the machine")


def test_a_repair_wins_back_what_the_fault_costs_and_takes_the_rows_that_it_hit():
    frame = log()
    frame.loc[frame["t"] >= MAY, "score"] = 0.31
    document, step = first_step(frame)
    assert step["code"] == "CT-H80"
    (line,) = document["account"]
    assert step["gain"].startswith(f"{-100 * line['points']:.1f} fewer errors in 100")
    hit = sum(chunk["n"] for chunk in document["chunks"] if chunk["start"] >= "2024-05-06")
    assert (
        0.9 * hit < float(re.search(r"about ([\d,]+) rows", step["effort"])[1].replace(",", "")) < 1.1 * hit
    )


def test_a_fault_that_costs_nothing_yet_promises_no_number():
    frame = log().assign(x4=lambda f: f["x1"].to_numpy()[::-1])
    frame.loc[frame["t"] >= MAY, "x4"] = np.nan
    _, step = first_step(frame)
    assert step["code"] == "CT-H83"
    assert re.search(r"\d", step["gain"]) is None
    assert step["effort"].endswith("rows to send again")


def test_of_amounts_the_mean_error_is_won_back():
    rng = np.random.default_rng(8)
    frame = log().drop(columns="score")
    late = frame["t"] >= MAY
    frame["y"] = 10 * frame["x1"] + rng.normal(size=len(frame)) * np.where(late, 4, 1)
    frame["said"] = 10 * frame["x1"]
    wanted = RequestedRoles("y", "regression", id="id", time="t", prediction="said")
    document = monitor_frame(ConnectRequest("shop", wanted, chunk="week"), Table(frame, "log.csv")).document
    assert "off the mean error (95 % interval " in document["steps"][0]["gain"]
