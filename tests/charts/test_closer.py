"""What is looked at more closely: one segment, one column; what a click or a drag selects."""

from core.charts import health as charts
from core.charts.closer import column, segment_curve
from core.charts.heat import CELL
from core.charts.timeline import PICKED
from tests.charts.health_document import health_document


def test_a_segment_over_time_has_a_row_for_every_period_in_which_it_was_measured():
    document = health_document()
    segment = document["segments"][0]
    table = segment_curve.curve_table(document, segment)
    assert list(table["period"]) == [chunk["label"] for chunk in document["chunks"]]
    assert table["is"].iloc[0] == "0.800 (0.780-0.820)"
    drawn = segment_curve.segment_curve(document, segment, "light").to_dict()
    assert drawn["title"]["text"] == ["town = Ulm: 0.80 before, 0.60 now"]


def test_a_column_says_which_of_its_cells_moved_most():
    feature = {"cells": ["a", "b"], "before": [0.3, 0.7], "now": [0.55, 0.45]}
    table = column.column_table(feature)
    assert table.to_numpy().tolist() == [["a", 0.3, 0.55], ["b", 0.7, 0.45]]
    drawn = column.column("lead_time", feature, "dark").to_dict()
    assert drawn["title"]["text"] == ["lead time, a: 30 → 55 % of the rows"]
    assert column.column("x", {"cells": [], "before": [], "now": []}, "light").to_dict()


def test_the_timeline_selects_periods_and_the_map_segments():
    document = health_document()
    selects = {
        param["name"]
        for drawn in (charts.timeline(document, [], "light"), charts.segments(document, "light"))
        for param in drawn.to_dict()["params"]
    }
    assert selects == {PICKED, CELL}
