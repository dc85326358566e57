"""A chart that is kept: its title apart, its tables by name, another key for anything else."""

import pickle
from functools import partial

import altair as alt
import pandas as pd
import pytest

from core.charts.spec import fingerprint, spec
from core.charts.theme import finish

ROWS = pd.DataFrame({"at": pd.to_datetime(["2026-03-01", "2026-03-02"]), "value": [0.1, 0.2]})


def _draw(rows=ROWS, word="It fell"):
    line = alt.Chart(rows).mark_line().encode(x="at:T", y="value:Q")
    limit = alt.Chart(rows.head(1)).mark_rule().encode(y="value:Q")
    points = alt.Chart(rows).mark_point().encode(x="at:T", y="value:Q")
    both = alt.layer(line, limit, points)
    return finish(alt.vconcat(both, alt.Chart(rows).mark_tick()), title=word * 12, subtitle="x", mode="light")


def test_the_title_is_text_of_the_page_and_no_part_of_the_drawing():
    made = spec(_draw(word="It fell. "))
    assert made.title.split() == ["It", "fell."] * 12
    assert made.subtitle == "x"
    assert "title" not in made.body


def test_each_table_stands_once_as_it_is_and_every_layer_names_its_own():
    body = spec(_draw()).body
    layers = body["vconcat"][0]["layer"]
    of_line, of_limit, of_points = (layer["data"]["name"] for layer in layers)
    assert of_line == of_points == body["vconcat"][1]["data"]["name"] != of_limit
    pd.testing.assert_frame_equal(body["datasets"][of_line].to_pandas(), ROWS)
    assert len(body["datasets"][of_limit]) == 1
    assert len(body["datasets"]) == 2


@pytest.mark.parametrize(("axis", "legend", "around"), [(None, None, 0), ("day", None, 18), ("day", "y", 44)])
def test_the_room_of_a_chart_counts_what_stands_around_it(axis, legend, around):
    x = alt.X("at:T", axis=alt.Axis(title=axis))
    colour = alt.Color("value:Q", legend=alt.Legend(title=legend) if legend else None)
    drawn = alt.Chart(ROWS).mark_point().encode(x=x, color=colour).properties(height=100)
    assert spec(finish(drawn, title="t", subtitle="s", mode="light")).height == 122 + around


def test_a_column_of_several_types_is_text():
    mixed = pd.DataFrame({"value": [1.0, 2.0], "word": [1, "two"]})
    drawn = alt.Chart(mixed).mark_text().encode(y="value:Q", text="word:N")
    (table,) = spec(finish(drawn, title="t", subtitle="s", mode="light")).body["datasets"].values()
    assert table["word"].to_pylist() == ["1", "two"]


def test_what_altair_writes_itself_says_the_same():
    """The oracle: its own document, whose tables are written out."""
    ours, written = spec(_draw()).body, _draw().to_dict()
    rows = written["datasets"][written["vconcat"][1]["data"]["name"]]
    table = ours["datasets"][ours["vconcat"][1]["data"]["name"]]
    assert [row["value"] for row in rows] == table["value"].to_pylist()
    for made in (ours, written):
        for part in ("title", "datasets", "autosize"):
            made.pop(part, None)
        for layer in (*made["vconcat"][0]["layer"], made["vconcat"][1]):
            layer.pop("data", None)
        made["vconcat"][0].pop("data", None)
        made.pop("data", None)
    assert ours == written


def test_the_same_drawing_has_one_key_and_any_change_gives_another():
    draw = partial(_draw, ROWS, "It fell")
    kept = pickle.dumps(draw)  # as a page reads its tables from what it keeps
    assert fingerprint(pickle.loads(kept)) == fingerprint(pickle.loads(kept))  # noqa: S301
    others = [partial(_draw, ROWS, "It rose"), partial(_draw, ROWS.assign(value=[0.1, 0.3]), "It fell")]
    assert len({fingerprint(each) for each in (draw, *others)}) == 3


def test_what_cannot_be_told_apart_is_refused():
    """A function made on the spot has no name by which it could be known again."""
    with pytest.raises((AttributeError, TypeError, ValueError), match=r"lambda|pickle"):
        fingerprint(lambda: None)
