"""Broken here: the pictures of the Health page; tested as documents, and once as a picture."""

import json
from dataclasses import dataclass

import pytest
import vl_convert

from core.charts import health
from core.charts.theme import PALETTE


@dataclass
class Promotion:
    """A change of the champion."""

    version: str
    kind: str
    data_until: str | None
    override: str | None = None


def number(value):
    return {"value": value, "low": value - 0.02, "high": value + 0.02}


def chunk(month, value, status, labelled=90):
    realised = {"roc_auc": number(value)} if labelled else {}
    return {
        "key": f"2016-{month:02d}",
        "label": f"M{month} 2016",
        "start": f"2016-{month:02d}-01",
        "end": f"2016-{month:02d}-28",
        "n": 100,
        "labelled": labelled,
        "status": status,
        "realised": realised,
        "estimated": {"roc_auc": {**number(0.88), "reliable": True}},
        "drift": {},
        "alerts": [],
        "segments": {"town": {"Ulm": {**number(value - 0.1), "n": 50}}},
        "versions": {"1": {**number(value), "rows": 100, "n": labelled}},
    }


@pytest.fixture
def document():
    reference = {"label": "M1 2016", "start": "2016-01-01", "end": "2016-01-31", "n": 100, "labelled": 100}
    return {
        "model": "shop <1>",
        "version": "1",
        "status": "red",
        "sentence": "The model is getting worse.",
        "suggestion": "Retrain.",
        "metric": "roc_auc",
        "metric_label": "Ranking (AUC)",
        "direction": "higher",
        "tolerance": 0.02,
        "computed_at": "2016-09-01T00:00:00+00:00",
        "steps": [],
        "data": {"from": "2016-01-01", "until": "2016-05-28", "gaps": [], "stale": False},
        "note": "",
        "labels": {"rows": 400, "labelled": 270, "mature": 270},
        "reference": {
            **number(0.9),
            "n": 100,
            "trained": True,
            "start": "2016-01-01",
            "end": "2016-01-31",
            "chunks": [{**reference, "key": "2016-01", "realised": {"roc_auc": number(0.9)}}],
        },
        "current": {**number(0.7), "n": 180, "label": "M4 2016", "start": "2016-04-01", "end": "2016-04-28"},
        "onset": {"date": "2016-03-01", "earliest": "2016-02-01", "latest": "2016-04-01", "label": "M3 2016"},
        "causes": [{"kind": "mix", "share": 1.0, "sentence": "The mix of town moved.", "features": ["town"]}],
        "losses": [],
        "segments": [
            {
                "column": "town",
                "value": "Ulm",
                "change": -0.2,
                "low": -0.25,
                "high": -0.15,
                "n": 50,
                "now": 0.6,
                "before": 0.8,
                "share": 0.9,
                "rows": 0.5,
                "apart": True,
            }
        ],
        "versions": [
            {
                "version": "1",
                "first": "2016-02-01",
                "last": "2016-05-28",
                "rows": 400,
                "n": 270,
                **number(0.8),
            }
        ],
        "chunks": [
            chunk(2, 0.9, "green"),
            chunk(3, 0.75, "amber"),
            chunk(4, 0.7, "red"),
            chunk(5, 0.7, "grey", labelled=0),
        ],
    }


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


def test_a_gap_keeps_its_place_and_no_line_goes_across_it(document):
    gap = {"from": "2016-04-01", "until": "2016-04-30", "chunks": 1, "label": "M4 2016"}
    before = json.dumps(health.timeline(document, [], "light").to_dict())
    document["chunks"].pop(2)
    document["data"] = document["data"] | {"gaps": [gap], "stale": True}
    drawn = health.timeline(document, [], "light").to_dict()
    assert health.timeline_table(document)["stretch"].tolist() == [0, 0, 0, 1]
    assert json.dumps(drawn).count('"no rows"') == 1
    assert '"no rows"' not in before
    (strip,) = [data for data in drawn["datasets"].values() if "until" in data[0]]
    assert [row["until"][:10] for row in strip] == ["2016-02-29", "2016-03-29", "2016-05-29"]
    assert vl_convert.vegalite_to_svg(drawn).startswith("<svg")


def heights_of_names(document):
    """Value at which the name of each line stands."""
    drawn = health.timeline(document, [], "light").to_dict()
    data = [rows[0] for rows in drawn["datasets"].values() if len(rows) == 1 and "what" in rows[0]]
    return {row["what"]: row["value"] for row in data}


def test_names_stay_at_the_ends_of_steep_lines_and_off_the_bar_of_the_alarm(document):
    """A line that fell to the foot of the chart was named below it, in the bar, or where it had come from."""
    document["chunks"] = [
        chunk(month, value, "red") for month, value in enumerate((0.9, 0.9, 0.62, 0.6), start=2)
    ]
    names = heights_of_names(document)
    assert names["measured"] == pytest.approx(0.64), "above the last two points"
    assert names["estimated"] == pytest.approx(0.9)


def lines_of(document, what):
    """Period -> number of the line on which its value stands, and whether it stands alone."""
    drawn = health.timeline(document, [], "light").to_dict()
    rows = max((rows for rows in drawn["datasets"].values() if rows and rows[0].get("what") == what), key=len)
    return {row["chunk"]: (row["run"], row["alone"]) for row in rows}


def test_no_line_leads_through_periods_that_have_no_value(document):
    """Where nothing could be estimated, a dashed line with its band was drawn all the same."""
    document["chunks"][1]["estimated"] = {}
    estimated = lines_of(document, "estimated")
    assert set(estimated) == {"M2 2016", "M4 2016", "M5 2016"}
    assert estimated["M2 2016"][1]
    assert estimated["M2 2016"][0] != estimated["M4 2016"][0] == estimated["M5 2016"][0]
    points = [layer for layer in health.timeline(document, [], "light").to_dict()["vconcat"][0]["layer"]
              if layer["mark"].get("size") == 25]  # fmt: skip
    assert len(points) == 2, "the reference chunk and the estimate that has no neighbour"


def test_long_names_of_segments_have_a_second_line(document):
    short, long = document["segments"][0], {**document["segments"][0], "value": "Ulm on the Danube, Neu-Ulm"}
    for each in document["chunks"]:
        each["segments"]["town"][long["value"]] = each["segments"]["town"]["Ulm"]
    heights = []
    for segments in ([short], [short, long]):
        drawn = health.segments({**document, "segments": segments}, "light").to_dict()
        heights.append(drawn["height"] / len(segments))
    assert heights == [28, 34]
    assert vl_convert.vegalite_to_svg(drawn).count(">town =<") == 2


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


def test_the_report_says_each_step_once_with_what_it_takes(document):
    """The suggestion stood before the steps that say it again."""
    step = {"code": "CT-H76", "parameters": {}, "sentence": "Retrain.", "effort": "a few minutes"}
    page = health.page(
        {**document, "steps": [step, {**step, "sentence": "Ask.", "effort": "six minutes"}]}, []
    )
    assert "<p>Retrain. Effort: a few minutes. Ask. Effort: six minutes. </p>" in page


def test_the_report_is_one_safe_file(document):
    found = health.page(document, [])
    assert found.count("<svg") == 2
    assert "shop &lt;1&gt;" in found
    assert "http" not in found.replace("http://www.w3.org", "")


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
    assert '"format": ",.4~r"' in drawn
    assert "points" not in json.dumps(health.segments(document, "light").to_dict())
    assert "<svg" in health.page(document, [])


def test_periods_stand_in_the_order_of_time_also_when_the_worst_segment_is_new(document):
    first, last = document["chunks"][0], document["chunks"][-1]
    first["segments"] = {"town": {"Bonn": {**number(0.8), "n": 50}}}
    document["segments"].append({**document["segments"][0], "value": "Bonn", "share": 0.0})
    sort = health.segments(document, "light").to_dict()["encoding"]["x"]["sort"]
    assert (sort[0], sort[-1]) == (first["label"], last["label"])
