"""The chart of a replay draws what its table says, in both modes."""

import pytest

from core.charts.experiments.replay import less_so_far, less_table

DOCUMENT = {
    "sentence": "Had version 2 gone live on 3 Mar 2024: 3 fewer errors (1 to 5) in 90 rows.",
    "rows": 90,
    "less": {"value": 3.0, "low": 1.0, "high": 5.0, "unit": "errors"},
    "chunks": [
        {"chunk": "2024-03", "rows": 50, "before": 9.0, "after": 8.0, "so_far": 1.0},
        {"chunk": "2024-04", "rows": 40, "before": 6.0, "after": 4.0, "so_far": 3.0},
    ],
}


def test_the_table_has_a_line_for_each_chunk():
    assert less_table(DOCUMENT)["so_far"].tolist() == [1.0, 3.0]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_chart_has_a_line_and_the_rule_of_no_difference(mode):
    drawn = less_so_far(DOCUMENT, mode).to_dict()
    assert [layer["mark"]["type"] for layer in drawn["layer"]] == ["rule", "line"]
    assert DOCUMENT["sentence"].split(":")[0] in str(drawn["title"]["text"])
    titles = {line["title"] for line in drawn["layer"][1]["encoding"]["tooltip"]}
    assert "then" not in titles  # Vega reads an object with that name as a promise, and draws nothing
