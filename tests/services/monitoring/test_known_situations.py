"""Broken here: what practitioners report of monitoring tools: a confident wrong sentence, or silence."""

import numpy as np
import pandas as pd
import pytest

from core.services.in_memory.monitor_frame import monitor_frame
from core.services.onboarding.plan import ConnectRequest
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table

MAY = pd.Timestamp("2024-05-01")
WEEKS = 26


def log(rows=230, base=0.0, weeks=WEEKS):
    """A stable log from the first of January 2024 on: 26 weeks of about 230 rows."""
    rng = np.random.default_rng(4)
    n = rows * weeks
    x1, x2 = rng.normal(size=(2, n))
    score = 1 / (1 + np.exp(-(base + 1.8 * x1 - x2)))
    return pd.DataFrame(
        {
            "id": range(n),
            "t": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.uniform(0, 7 * weeks, n)), "D"),
            "x1": x1,
            "x2": x2,
            "x3": rng.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2]),
            "score": score.round(5),
            "y": (rng.random(n) < score).astype(int).astype(str),
        }
    )


def health(frame, chunk="week", as_of=None, metric=None, **roles):
    """The health document of a log; its clock stands at its end unless it is said."""
    wanted = RequestedRoles("y", roles.pop("task", "binary"), id="id", time="t", score="score", **roles)
    return monitor_frame(
        ConnectRequest("shop", wanted, chunk=chunk, metric=metric, as_of=as_of), Table(frame, "log.csv")
    ).document


def faults(document):
    """(rule, column, opened, closed) of all alerts that are about rows, columns, answers or labels."""
    return [
        (each["rule"], each.get("feature"), each["opened"], each["closed"])
        for each in document["alerts"]
        if each["rule"] != "performance"
    ]


def test_a_moved_mix_is_the_fall_and_nobody_else_is_blamed():
    rng = np.random.default_rng(5)
    frame = log(rows=500)
    app = rng.random(len(frame)) < np.where(frame["t"] >= MAY, 0.5, 0.15)
    frame["x3"] = np.where(app, "app", np.where(rng.random(len(frame)) < 0.7, "web", "shop"))
    frame["y"] = np.where(
        app & (rng.random(len(frame)) < 0.6), rng.choice(["0", "1"], len(frame)), frame["y"]
    )
    document = health(frame, metric="accuracy")
    (mix, rest) = document["account"]
    assert document["status"] == "red"
    assert (mix["kind"], mix["feature"], mix["value"], rest["kind"]) == ("mix", "x3", "app", "chance")
    assert mix["low"] < document["fall"]["value"] < mix["high"] < 0
    assert rest["low"] < 0 < rest["high"]
    assert abs(mix["points"] + rest["points"] - document["fall"]["value"]) < 1e-9
    assert "Mostly in" not in document["sentence"]
    assert "label" not in document["sentence"]


def test_a_column_that_is_empty_from_may_on_is_found_in_the_first_full_week_and_one_that_always_was_is_not():
    frame = log().assign(never=np.nan, x4=lambda f: f["x1"].to_numpy()[::-1])
    frame.loc[frame["t"] >= MAY, "x4"] = np.nan
    whole, early = health(frame), health(frame[frame["t"] < "2024-05-13"])
    assert faults(whole) == [("data_fault", "x4", "2024-04-29", None)]
    assert faults(early) == faults(whole)
    assert "x4 arrives empty in every row (0 % before) since Week 18, 2024." in whole["sentence"]
    assert "never" not in whole["sentence"]
    assert whole["status"] == early["status"] == "amber"


def test_a_new_value_is_found_in_its_first_week_with_its_share():
    frame = log()
    late = (frame["t"] >= MAY) & (np.random.default_rng(1).random(len(frame)) < 0.12)
    frame.loc[late, "x3"] = "NEW-SHOP"
    whole, early = health(frame), health(frame[frame["t"] < "2024-05-06"])
    assert faults(whole) == [("data_fault", "x3", "2024-04-29", None)]
    newest = 100 * (frame["x3"][frame["t"] >= "2024-06-24"] == "NEW-SHOP").mean()
    assert f"in {newest:.0f} % of the rows ('NEW-SHOP')" in whole["sentence"]
    assert "'NEW-SHOP'" in early["sentence"]


def test_another_unit_of_an_input_is_said_although_no_score_follows_it():
    frame = log()
    frame.loc[frame["t"] >= MAY, "x1"] *= 1000
    document = health(frame)
    assert faults(document) == [("data_fault", "x1", "2024-04-29", None)]
    assert "x1 is about 1,000 times as large as before (another unit or scale)" in document["sentence"]
    assert document["causes"] == []
    assert document["status"] == "amber"


def test_one_score_for_every_row_is_the_cause():
    frame = log()
    frame.loc[frame["t"] >= MAY, "score"] = 0.31
    document = health(frame)
    assert [(cause["kind"], cause["share"]) for cause in document["causes"]] == [("output_fault", 1.0)]
    assert document["onset"]["date"] == "2024-04-29"
    assert "the model's predictions are constant" in document["sentence"]


def test_three_weeks_without_rows_a_thin_week_and_the_end_of_the_log_are_said():
    frame = log()
    lost = frame["t"].between("2024-04-01", "2024-04-22")
    thin = frame["t"].between("2024-05-06", "2024-05-13") & (frame["id"] % 60 > 0)
    document = health(frame[~lost & ~thin], as_of="2026-01-01")
    (gap,) = document["data"]["gaps"]
    assert (gap["from"], gap["until"], gap["chunks"]) == ("2024-04-01", "2024-04-21", 3)
    assert (document["data"]["from"], document["data"]["until"]) == ("2024-01-01", "2024-06-30")
    assert document["data"]["stale"]
    assert "No rows came in Week 14, 2024 to Week 16, 2024." in document["sentence"]
    assert "The log has ended: no rows came after 30 Jun 2024." in document["sentence"]
    assert [each[2:] for each in faults(document)] == [
        ("2024-05-06", "2024-05-13"),
        ("2024-04-01", "2024-04-22"),
        ("2024-07-01", None),
    ]


def test_the_last_row_is_too_few_to_measure_and_not_without_a_label():
    document = health(log(rows=100).iloc[:2501], chunk="500")
    assert "The row after Rows 2,001-2,500 is too few to measure." in document["sentence"]
    assert "label" not in document["sentence"].replace("labels, whether", "")
    assert document["data"] == {"from": "2024-01-01", "until": "2024-06-23", "gaps": [], "stale": False}


def test_where_a_period_holds_a_case_or_two_all_of_them_are_judged_together():
    frame = log(rows=600, base=-7.4)
    assert 0.002 < (frame["y"] == "1").mean() < 0.005
    document = health(frame)
    assert [each["code"] for each in document["findings"]] == ["CT-H09"]
    assert [each["code"] for each in document["steps"]] == ["CT-H78"]
    assert f"All {len(frame):,} labels of the log together" in document["sentence"]
    assert "Labels reach until" not in document["sentence"]


def test_sixty_rows_cannot_tell_and_say_of_how_many_labels():
    document = health(log(rows=20, weeks=3))
    assert document["status"] == "grey"
    assert "too few labels (13 of 13 rows have one), so there is nothing to compare" in document["sentence"]
    document = health(log(rows=40, weeks=2))
    assert document["status"] == "amber"
    assert f"it cannot be told yet, from {document['current']['n']} labels" in document["sentence"]


def test_dates_and_counters_are_no_inputs_and_their_growth_is_no_drift():
    frame = log().assign(invoice_no=lambda f: 100000 + 7 * f["id"])
    days = np.random.default_rng(2).integers(10, 900, len(frame))
    frame["signup"] = (frame["t"].dt.normalize() - pd.to_timedelta(days, "D")).dt.date.astype(str)
    document = health(frame)
    assert set(document["features"]) == {"x1", "x2", "x3"}
    kept = health(frame, include=("invoice_no",))
    assert "invoice_no" in kept["features"]
    assert not any(chunk["drift"]["invoice_no"]["flagged"] for chunk in kept["chunks"])
    assert faults(kept) == []


@pytest.mark.parametrize("positive", [None, "1", "yes"])
def test_without_any_label_inputs_and_answers_are_watched_and_it_says_so(positive):
    frame = log().assign(y=None)
    frame.loc[frame["t"] >= MAY, ["x2", "score"]] = [9.0, 0.97]
    document = health(frame, positive=positive)
    assert document["status"] == "grey"
    assert document["sentence"].startswith(
        f"The model gave {len(frame):,} predictions. None of them has a label yet, so nobody knows how many "
        "are right. Until then only inputs and predictions are watched: x2 moved; the predictions lie "
        "elsewhere than before."
    )
    assert {each[:2] for each in faults(document)} == {("data_fault", "x2"), ("output_fault", None)}
    assert document["labels"] == {"rows": len(frame), "labelled": 0, "mature": 0}


def test_without_labels_a_stable_log_moved_nothing():
    document = health(log().assign(y=None), positive="1")
    assert "no input moved; the predictions lie where they lay." in document["sentence"]
    assert document["alerts"] == []


def test_the_classes_of_a_log_without_labels_are_those_of_its_predictions():
    frame = log().assign(y=None, said=lambda f: np.where(f["score"] > 0.5, "leaves", "stays"))
    document = health(frame, prediction="said", positive="leaves")
    assert "no input moved" in document["sentence"]
    amounts = log().assign(y=None, said=lambda f: 10 * f["x1"]).drop(columns="score")
    wanted = RequestedRoles("y", "regression", id="id", time="t", prediction="said")
    found = monitor_frame(ConnectRequest("shop", wanted, chunk="week"), Table(amounts, "log.csv")).document
    assert "the predictions lie where they lay" in found["sentence"]


def churn():
    """A churn log: from April on customers of the basic plan leave at 38 in place of 16 %."""
    frame = log(rows=120, weeks=52).rename(columns={"x3": "plan"})
    rng = np.random.default_rng(7)
    high = (frame["plan"] == "a") & (frame["t"] >= "2024-09-01")
    chance = np.where(frame["score"] > 0.8, 0.6, 0.16) + np.where(high, 0.25, 0.0)
    frame["y"] = np.where(rng.random(len(frame)) < chance, "yes", "no")
    frame["score"] = np.where(frame["score"] > 0.8, 0.6, 0.16) + rng.normal(0, 0.02, len(frame))
    return frame


def test_accuracy_and_log_loss_are_said_although_the_ranking_is_judged():
    document = health(churn(), chunk="month", positive="yes")
    assert document["metric"] == "roc_auc"
    assert {"accuracy", "log_loss"} <= {loss["metric"] for loss in document["losses"]}
    assert "more errors in 100" in document["sentence"]
    assert "log-loss" in document["sentence"]
    assert "healthy" not in document["sentence"]
    assert document["status"] != "green"
    assert not [
        c["label"] for c in document["chunks"] if c["status"] == "green" and c["start"] >= "2024-09-01"
    ]


def test_what_spares_errors_is_no_part_of_the_fall():
    """Easier rows came while the relation turned: the mix is a gain, and the sentence leads with the loss."""
    rng = np.random.default_rng(9)
    frame = log(rows=500)
    late = frame["t"] >= MAY
    easy = rng.random(len(frame)) < np.where(late, 0.8, 0.3)
    frame["x3"] = np.where(easy, "easy", "hard")
    truth = np.where(frame["score"] > 0.5, "1", "0")
    wrong = rng.random(len(frame)) < np.where(easy, 0.05, 0.4) + np.where(late, 0.35, 0.0)
    frame["y"] = np.where(wrong, np.where(truth == "1", "0", "1"), truth)
    document = health(frame, metric="accuracy")
    gains = [cause for cause in document["causes"] if cause["share"] < 0]
    assert [cause["feature"] for cause in gains] == ["x3"]
    assert "A part of it" not in document["sentence"]
    loss, gain = (
        document["sentence"].index(part)
        for part in ("Rows of the same kind are predicted worse", "In return, the mix of x3 moved")
    )
    assert loss < gain, "it costs more than the fall, and what spared the difference stands behind it"
