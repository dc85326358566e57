"""The suspects' charts say their finding, show the same classes on both axes and have a twin as a table."""

import pytest

from core.charts.suspects import MOST_CLASSES, gain, gain_table, swaps, swaps_table

PAIRS = [("4", "9", 12, 8.4), ("7", "1", 5, 3.0)]
CURVE = {
    "answers": [0.0, 10.0, 20.0],
    "fixed": [0.0, 8.0, 13.0],
    "low": [0.0, 6.0, 9.0],
    "high": [0.0, 10.0, 17.0],
}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_map_names_the_most_common_swap(mode):
    document = swaps(PAIRS, mode).to_dict()
    assert " ".join(document["title"]["text"]).startswith("Most often 4 stands where 9 is likely (12 of 17)")


def test_both_axes_hold_the_same_classes_so_that_the_diagonal_is_the_diagonal():
    rect = swaps(PAIRS, "light").to_dict()["layer"][0]["encoding"]
    assert rect["x"]["scale"]["domain"] == rect["y"]["scale"]["domain"] == ["1", "4", "7", "9"]


def test_a_map_of_many_classes_keeps_the_busiest_and_drops_the_numbers():
    pairs = [(f"class {n:02}", f"class {n + 1:02}", 100 - n, 1.0) for n in range(76)]
    document = swaps(pairs, "light").to_dict()
    assert "layer" not in document
    assert len(document["encoding"]["x"]["scale"]["domain"]) <= MOST_CLASSES


def test_without_suspects_the_map_says_so():
    assert " ".join(swaps([], "light").to_dict()["title"]["text"]) == "No label looks swapped"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_gain_says_what_half_of_the_answers_bring(mode):
    document = gain(CURVE, mode).to_dict()
    title = " ".join(document["title"]["text"])
    assert title == "10 answers find about 8 wrong labels (6-10)"
    assert [layer["mark"]["type"] for layer in document["layer"]] == ["area", "line", "point"]


def test_the_tables_hold_what_is_drawn():
    assert swaps_table(PAIRS)["suspects"].tolist() == [12, 5]
    assert gain_table(CURVE)["wrong labels found"].tolist() == CURVE["fixed"]
