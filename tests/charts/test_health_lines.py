"""Broken here: lines of the timeline lead through gaps, or their names stand in each other's way."""

import json

import pytest
import vl_convert

from core.charts import health
from tests.charts.health_document import chunk


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
    assert names["measured"] == pytest.approx(0.62), "at the higher of its last two points"
    assert names["estimated"] == pytest.approx(0.88)


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
