"""Broken here: the reference period is picked on other rows than those that are shown."""

from core.charts import periods

CHUNKS = [
    {"key": f"2020-0{month}", "label": f"M{month}", "n": 10 * month, "labelled": month, "part": "log"}
    for month in range(1, 5)
]


def test_the_reference_is_told_apart_from_the_log():
    table = periods.table(CHUNKS, ("2020-01", "2020-02"))
    assert list(table["part"]) == ["reference period"] * 2 + ["log"] * 2


def test_a_click_on_a_bar_names_its_period():
    drawn = periods.chart(periods.table(CHUNKS, None), "dark").to_dict()
    (picked,) = drawn["params"]
    assert (picked["name"], picked["select"]["fields"]) == (periods.SELECTION, ["chunk"])
    assert "100 rows" in " ".join(drawn["title"]["text"])
