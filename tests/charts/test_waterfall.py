"""Broken here: a waterfall whose bars do not reach from before to now."""

import numpy as np
import pytest

from core.charts.waterfall import account, account_table, finding, of_record


def line(kind, points, half, features=()):
    return {
        "kind": kind, "features": list(features), "points": points, "low": points - half,
        "high": points + half, "code": "CT-H55", "parameters": {}, "sentence": f"<b>{kind}</b>",
        "state": "suspected", "rows": 4500, "since": None,
    }  # fmt: skip


FALL = {
    "metric": "accuracy", "value": -0.07, "low": -0.09, "high": -0.05, "before": 0.87, "now": 0.8,
    "rows_before": 9000, "rows": 4500,
}  # fmt: skip
LINES = [line("mix", -0.08, 0.01, ["town", "x", "y"]), line("chance", 0.01, 0.02)]


def test_the_table_says_errors_in_a_hundred_and_sums():
    table = account_table(FALL, LINES)
    assert table["item"].tolist() == ["before", "moved mix: town, x", "the rest", "now"]
    assert table["value"].tolist() == pytest.approx([13.0, 8.0, -1.0, 20.0])
    assert table["value"].iloc[:3].sum() == pytest.approx(table["value"].iloc[3])
    assert table["state"].tolist() == ["", "suspected", "", ""]
    proved = {**LINES[0], "state": "confirmed", "proof": {"sentence": "It does."}}
    assert account_table(FALL, [proved])["state"].tolist() == ["", "It does.", ""]
    amounts = {**FALL, "metric": "mae", "before": 3.0, "now": 4.0}
    assert account_table(amounts, [line("inside", 1.0, 0.1)])["value"].tolist() == [3.0, 1.0, 4.0]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_bars_go_on_where_the_one_before_ended_and_hold_their_interval(mode):
    drawn = account(FALL, LINES, mode).to_dict()
    (rows,) = (rows for rows in drawn["datasets"].values() if len(rows) == 4)
    spans = [(row["start"], row["stop"]) for row in rows]
    assert np.allclose(spans, [(0, 13), (13, 21), (21, 20), (0, 20)])
    assert [row["status"] for row in rows] == ["grey", "red", "green", "grey"]
    assert (rows[1]["left"], rows[1]["right"]) == pytest.approx((20.0, 22.0))
    assert rows[1]["text"] == "+8.0 (7.0 to 9.0)"
    assert rows[2]["text"] == "-1.0 (-3.0 to 1.0)"


def test_the_title_names_the_largest_line():
    mix = [line("mix", -0.05, 0.01, ["town", "x", "y"]), line("chance", -0.02, 0.02)]
    assert finding(FALL, mix) == "7.0 more errors in 100 rows, 5.0 of it from the moved mix of town, x"
    amounts = {**FALL, "metric": "mae", "before": 3.0, "now": 3.07}
    rest = finding(amounts, [line("inside", 0.07, 0.01)])
    assert rest == "Mean error 0.070 larger, all of it among rows of the same kind"


def test_a_line_beyond_the_whole_fall_is_no_part_of_it():
    """`11.3 of 7.0 errors` was said."""
    two = "7.0 more errors in 100 rows: 8.0 more from the moved mix of town, x, 1.0 fewer within chance"
    assert finding(FALL, LINES) == two
    three = [line("inside", -0.09, 0.01), line("mix", 0.01, 0.01, ["x"]), line("chance", 0.01, 0.02)]
    assert finding(FALL, three).endswith(": 9.0 more among rows of the same kind, 2.0 fewer elsewhere")


def test_names_stand_in_lines_that_a_phone_can_show():
    long = line("mix", -0.07, 0.01, ["lagging_current_reactive_power", "leading_current_reactive_power"])
    (rows,) = account(FALL, [long], "light").to_dict()["datasets"].values()
    assert rows[1]["name"].split("\n") == [
        "moved mix: lagging current reactive power, leading",
        "current reactive power",
    ]
    one, two = (account(FALL, lines, "light").to_dict()["height"] / 3 for lines in (LINES[:1], [long]))
    assert two == one + 15


def test_of_a_metric_in_which_no_row_has_a_part_it_is_said_how_it_moved():
    ends = {
        "before": {"value": 0.8493, "low": 0.84, "high": 0.86},
        "now": {"value": 0.6831, "low": 0.666, "high": 0.701},
    }
    fall = {**FALL, "record": {"metric": "roc_auc", "label": "Ranking (AUC)", **ends}}
    drawn = " ".join(account(fall, LINES, "light").to_dict()["title"]["subtitle"])
    assert "Errors in 100 rows" in drawn
    assert "They count errors because a single row has no part of its own in Ranking (AUC), which" in drawn
    assert "went from 0.849 to 0.683." in drawn
    spread = {"metric": "rmse", "label": "RMSE", "before": {"value": 2.0, "low": 1.9, "high": 2.1},
              "now": {"value": 3.0, "low": 2.9, "high": 3.1}}  # fmt: skip
    amounts = of_record({**FALL, "metric": "mae", "record": spread})
    assert amounts.endswith("They count the mean error because a single row has no part of its own in RMSE, "
                            "which went from 2.00 to 3.00.")  # fmt: skip
    assert of_record({**FALL, "record": None}) == of_record(FALL) == ""


def test_no_bar_says_more_digits_than_its_interval_carries():
    wide = [line("mix", -0.31, 0.2, ["town"]), line("chance", 0.24, 0.2)]
    (rows,) = account({**FALL, "low": -0.3, "high": 0.16}, wide, "light").to_dict()["datasets"].values()
    assert [row["text"] for row in rows] == ["13", "+31 (11 to 51)", "-24 (-44 to -4)", "20"]
