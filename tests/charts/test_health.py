"""Broken here: the pictures of the Health page; tested as documents, and once as a picture."""

import json

import pytest
import vl_convert

from core.charts import health
from core.charts.theme import PALETTE
from tests.charts.health_document import Promotion, number


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_timeline_says_its_finding_and_its_axis(document, mode):
    drawn = health.timeline(document, [], mode).to_dict()
    assert " ".join(drawn["title"]["text"]) == "Ranking (AUC) went from 0.900 to 0.700 since M3 2016"
    assert "The y axis goes from 0.65 to 0.94" in " ".join(drawn["title"]["subtitle"])
    assert drawn["background"] == PALETTE[mode].ground
    assert len(drawn["vconcat"]) == 2
    assert "1970" not in json.dumps(drawn)


def test_the_alarm_is_a_bar_and_leaves_the_mark_of_a_good_chunk_green(document):
    assert "the alarm is on" not in json.dumps(health.timeline(document, [], "light").to_dict())
    document["chunks"][0]["alarm"] = {**number(0.05), "on": True}
    document["chunks"][1]["alarm"] = {**number(0.01), "on": False}
    drawn = health.timeline(document, [], "light").to_dict()
    bars = [
        rows for rows in drawn["datasets"].values() if any("the alarm is on" in row.values() for row in rows)
    ]
    assert [[(row["at"][:10], row["end"][:10]) for row in rows] for rows in bars] == [
        [("2016-02-01", "2016-03-01")]
    ]
    assert "Bar at the foot" in " ".join(drawn["title"]["subtitle"])
    table = health.timeline_table(document)
    assert table[table["period"] == "log"][["status", "alarm"]].iloc[0].tolist() == ["green", "on"]


def test_promotions_after_the_first_are_marked(document):
    rollout = [Promotion("1", "first", "2015-12-01"), Promotion("2", "promote", "2016-04-28")]
    text = json.dumps(health.timeline(document, rollout, "light").to_dict())
    assert "version 2" in text
    assert "version 1" not in text
    assert "override" not in text


def test_a_promotion_by_override_is_marked_as_one(document):
    rollout = [Promotion("2", "promote", "2016-04-28", "safety_or_law")]
    assert "version 2, by override" in json.dumps(health.timeline(document, rollout, "light").to_dict())


def test_two_versions_have_a_line_each_with_its_name_and_columns_in_the_table(document):
    newer = {"version": "2 <b>", "first": "2016-04-01", "last": "2016-05-28", "rows": 90, "n": 40}
    document["versions"].append({**newer, **number(0.6)})
    for each in document["chunks"][2:]:
        each["versions"]["2 <b>"] = {**number(0.6), "rows": 45, "n": 20}
    text = json.dumps(health.timeline(document, [], "light").to_dict())
    assert "version 1" in text
    assert "version 2 <b>" in text
    assert "Each line is a version" in text
    table = health.timeline_table(document)
    assert table["version 1"].tolist()[1:3] == [0.9, 0.75]
    assert table["version 2 <b>"].isna().tolist() == [True, True, True, False, False]
    assert table["version 2 <b>_n"].tolist()[3:] == [20, 20]


def test_the_tables_hold_what_the_charts_draw(document):
    table = health.timeline_table(document)
    assert table["realised"].tolist()[:4] == [0.9, 0.9, 0.75, 0.7]
    assert table["period"].tolist() == ["reference"] + ["log"] * 4
    assert health.segments_table(document)["segment"].tolist() == ["town = Ulm"]
    assert health.csv(document).count("\n") == 6


def test_the_map_names_the_worst_segment(document):
    drawn = health.segments(document, "dark").to_dict()
    assert drawn["title"]["text"] == [
        "town = Ulm lost most: 90 % of the fall in 50 %",
        "of the rows",
    ]


def test_a_model_without_any_measured_value_can_be_drawn(document):
    empty = document | {
        "reference": None,
        "current": None,
        "onset": None,
        "segments": [],
        "versions": [],
        "chunks": [],
        "status": "grey",
    }
    for drawn in (health.timeline(empty, [], "light"), health.segments(empty, "light")):
        assert vl_convert.vegalite_to_svg(drawn.to_dict()).startswith("<svg")


def test_chunks_of_rows_are_drawn_over_row_numbers(document):
    for at, each in enumerate(document["chunks"]):
        each["start"], each["end"] = 100 * (at + 1), 100 * (at + 2) - 1
    rows = document["reference"]["chunks"][0]
    rows["start"] = document["reference"]["start"] = 0
    document["reference"]["end"] = 99
    document["onset"] = {"date": 200, "earliest": 100, "latest": 300, "label": "Rows 200-299"}
    promoted = [Promotion("2", "promote", "400"), Promotion("3", "promote", "2016-01-01")]
    drawn = health.timeline(document, promoted, "light").to_dict()
    assert '"at:T"' not in json.dumps(drawn)
    assert "version 2" in json.dumps(drawn)
    assert "version 3" not in json.dumps(drawn)


def test_amounts_have_axes_and_words_in_their_unit(document):
    def amount(value):
        return {"value": value, "low": value - 2.0, "high": value + 2.0}

    for each, value in zip(document["chunks"], (18.0, 19.0, 60.0, 97.0), strict=False):
        each["realised"] = {"mae": amount(value)}
        each["estimated"] = {"mae": {**amount(18.0), "reliable": True}}
        each["segments"] = {"town": {"Ulm": {**amount(value), "n": 50}}}
        each["versions"] = {}
    for each in document["reference"]["chunks"]:
        each["realised"] = {"mae": amount(17.9)}
    document |= {
        "metric": "mae",
        "metric_label": "Mean absolute error",
        "direction": "lower",
        "tolerance": 1.79,
    }
    document["reference"] |= amount(17.9)
    document["current"] |= amount(96.6)
    document["segments"][0] |= {"before": 18.0, "now": 97.0, "change": 79.0, "low": 77.0, "high": 81.0}
    drawn = json.dumps(health.timeline(document, [], "dark").to_dict())
    assert "Mean absolute error went from 17.9 to 96.6" in drawn
    assert '"format": ",.0f"' in drawn
    assert '"is": "18.0 (16.0-20.0)"' in drawn
    assert "points" not in json.dumps(health.segments(document, "light").to_dict())
    assert "<svg" in health.page(document, [])


def test_periods_stand_in_the_order_of_time_also_when_the_worst_segment_is_new(document):
    first, last = document["chunks"][0], document["chunks"][-1]
    first["segments"] = {"town": {"Bonn": {**number(0.8), "n": 50}}}
    document["segments"].append({**document["segments"][0], "value": "Bonn", "share": 0.0})
    sort = health.segments(document, "light").to_dict()["encoding"]["x"]["sort"]
    assert (sort[0], sort[-1]) == (first["label"], last["label"])
