"""Broken here: a suggestion without what it takes, or one that promises more than was lost."""

import re

import numpy as np
import pandas as pd

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


def test_scores_that_were_halved_are_for_the_service_to_repair_whatever_the_ranking_says():
    frame = log(rows=400)
    frame.loc[frame["t"] >= MAY, "score"] /= 2
    document, step = first_step(frame)
    assert document["status"] == "amber"
    assert step["code"] == "CT-H80"


def test_labels_that_are_still_to_come_are_waited_for_and_no_row_is_sent_again():
    frame = log(rows=400)
    open_yet = (frame["t"] >= pd.Timestamp("2024-06-01")) & (frame["score"] < frame["score"].median())
    frame.loc[open_yet, "y"] = ""
    document, step = first_step(frame)
    assert any(finding["code"] == "CT-H113" for finding in document["findings"])
    assert [each["code"] for each in document["steps"]] == ["CT-H145"]
    assert "rows" not in step["effort"]


def test_a_version_that_does_a_little_worse_is_compared_before_anything_is_retrained():
    frame = log(rows=600).assign(build="1")
    late = frame["t"] >= MAY
    frame.loc[late, "build"] = "2"
    frame.loc[late, "score"] = 1 / (1 + np.exp(-1.8 * frame["x1"] + 2.4 * frame["x2"] - 0.9))
    document, step = first_step(frame, version="build")
    assert document["status"] == "amber"
    assert document["causes"][0]["kind"] == "version"
    assert step["code"] == "CT-H81"


def test_where_a_fault_spares_no_row_no_segment_is_a_place_to_look():
    frame = log(rows=400)
    late, rng = frame["t"] >= MAY, np.random.default_rng(9)
    clear = 1 / (1 + np.exp(-np.where(frame["x3"] == "a", 3.0, 0.8) * (1.8 * frame["x1"] - frame["x2"])))
    frame["y"] = (rng.random(len(frame)) < clear).astype(int).astype(str)
    frame.loc[late, "x1"] *= -1000
    frame.loc[late, "score"] = 0.5 + np.tanh(0.9 * frame["x1"] - frame["x2"] / 2) / 2
    document = health(frame)
    assert [cause["code"] for cause in document["causes"]] == ["CT-H51"]
    assert any(segment["apart"] for segment in document["segments"])
    assert not any(finding["code"] == "CT-H21" for finding in document["findings"])
