"""Broken here: the pictures of the record say something else than the record."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from core.charts.record import journey, lineage, production, tried

DAY = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Stay:
    """A version in production."""

    number: int
    version: str
    start: datetime
    until: datetime | None


@dataclass
class Mark:
    """Something that happened."""

    at: datetime
    kind: str
    version: str
    sentence: str
    number: int | None = None


@dataclass
class Past:
    """Both."""

    stays: list
    marks: list
    earlier: int = 0


def past(count=2):
    days = [DAY + timedelta(days=n) for n in range(count + 1)]
    stays = [Stay(n + 1, str(n + 1), days[n], days[n + 1] if n + 1 < count else None) for n in range(count)]
    marks = [Mark(stay.start, "promotion", stay.version, "better <in> both", stay.number) for stay in stays]
    return Past(stays, [*marks, Mark(DAY, "revision", "", "Revision 1: 9 rows")])


def values(drawn):
    return [row for rows in drawn["datasets"].values() for row in rows]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_each_version_has_a_lane_and_the_live_one_goes_on_until_now(mode):
    now = DAY + timedelta(days=9)
    drawn = production.chart(past(), now, mode).to_dict()
    bars = [row for row in values(drawn) if "live" in row]
    assert [(bar["lane"], bar["live"], bar["until"]) for bar in bars] == [
        ("version 1", False, "02 Mar 2026 00:00"),
        ("version 2", True, "now"),
    ]
    assert drawn["layer"][0]["encoding"]["y"]["sort"] == ["version 2", "version 1", "labels"]
    assert " ".join(drawn["title"]["text"]) == "Version 2 is live since 2 Mar 2026, after 1 change"


def test_older_versions_are_named_as_left_out_and_stand_in_the_table():
    many = past(15)
    drawn = production.chart(many, DAY, "light").to_dict()
    assert "3 older versions are in the table" in " ".join(drawn["title"]["subtitle"])
    assert len({row["lane"] for row in values(drawn) if "live" in row}) == production.MOST
    assert set(production.table(many)["version"]) == {*map(str, range(1, 16)), ""}


def test_alarms_of_older_data_are_said_and_not_drawn():
    assert "2 alarms in older data" in " ".join(
        production.chart(Past(past().stays, past().marks, 2), DAY, "light").to_dict()["title"]["subtitle"]
    )
    assert production.title(Past([], [])) == "Nothing is in production yet"


def lines():
    rows = [
        (None, None, None, None, "1", None, "first", DAY, "eve"),
        (7, 2, "Ridge", "run-2", "2", "better", "promote", DAY, "eve"),
        (7, 2, "Trees", "run-3", "3", "better", "promote", DAY, "bob"),
    ]
    columns = ["corrected", "revision", "recipe", "run", "version", "verdict", "promotion", "at", "by"]
    return pd.DataFrame(rows, columns=columns).astype({"corrected": "Int64", "revision": "Int64"})


def test_the_graph_has_every_step_and_what_two_versions_share_once():
    drawn = lineage.chart(lines(), "light").to_dict()
    nodes = [row for row in values(drawn) if "full" in row]
    assert sorted({node["full"] for node in nodes if node["step"] == "revision"}) == ["revision 2"]
    assert {node["name"] for node in nodes if node["step"] == "version"} == {"1", "2", "3"}
    assert [node["name"] for node in nodes if node["step"] == "run"] == ["run-3", "run-2"]
    assert " ".join(drawn["title"]["text"]) == "Version 3 learned from revision 2, with 7 corrected labels"
    assert lineage.table(lines())["version"].tolist() == ["3", "2", "1"]


def test_of_a_version_from_elsewhere_it_says_that_nothing_is_known():
    assert "trained elsewhere" in lineage.title(lines().head(1))
    lineage.chart(lines().head(1), "dark").to_dict()
    assert lineage.title(lines().head(0)) == "Nothing is in production yet"


def test_of_a_first_version_that_was_trained_here_it_says_so():
    first = lines().head(1).assign(recipe="Trees", run="run-1")
    assert lineage.title(first) == "Version 1 learned here from labels as they came, before any was corrected"


def told():
    rows = [
        (1, "Ridge", "its columns", "Revision 1", "all rows", 0.7, "scored"),
        (2, "Ridge", "its columns", "Revision 1", "all rows", 0.8, "trained"),
        (3, "Trees", "without b", "Revision 2", "the newest 50 % of the rows", None, "failed"),
    ]
    table = pd.DataFrame(rows, columns=["trial", "family", "columns", "data", "rows", "value", "status"])
    return table.assign(low=table["value"] - 0.02, high=table["value"] + 0.02)


def test_the_map_counts_each_combination_once_and_shows_what_failed():
    lines = tried.cells(told(), "accuracy").sort_values("newest")
    assert lines["tried"].tolist() == [2, 1]
    assert lines["value"].iloc[0] == 0.8
    assert lines["states"].tolist() == ["1 trained, 1 scored", "1 failed"]
    drawn = tried.chart(lines, "accuracy", "light").to_dict()
    labels = {row["row"]: row["label"] for row in values(drawn)}
    assert labels == {"Ridge": "80.0 %", "Trees, without b": "-"}
    assert [row["is"] for row in values(drawn)] == ["80.0 % (78.0-82.0 %)", ""]
    assert tried.title(lines.tail(1)).startswith("1 experiment in 1 combination of")
    assert " ".join(drawn["title"]["text"]).startswith("3 experiments in 2 combinations")


def nodes():
    rows = [
        (0, "Revision 2, from version 1", 3, 0.8, 0.79, 0.81, 0.1, None, "a"),
        (1, "Trees", 2, 0.8, 0.79, 0.81, 0.1, "3", "b"),
        (2, "rows", 1, 0.8, 0.79, 0.81, None, None, "c"),
        (0, "Revision 1, from version 1", 1, 0.7, 0.69, 0.71, 0.0, None, "d"),
    ]
    columns = ["level", "name", "trials", "value", "low", "high", "gain", "version", "path"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_tree_marks_the_best_of_each_start_and_says_what_gained_most(mode):
    drawn = journey.chart(nodes(), "accuracy", mode).to_dict()
    assert [row["best"] for row in values(drawn)] == [True, True, True, True]
    assert [row["gain_text"] for row in values(drawn)] == ["+10.0 points", "+10.0 points", "", "+0.0 points"]
    assert {row["is"] for row in values(drawn)} == {"80.0 % (79.0-81.0 %)", "70.0 % (69.0-71.0 %)"}
    title = " ".join(drawn["title"]["text"])
    assert title == "Revision 2, from version 1: Trees gained most, +10.0 points"
    assert journey.table(nodes())["name"].iloc[1] == "\u2003Trees"


def test_a_journey_without_a_gain_says_so():
    flat = nodes().assign(gain=0.0)
    assert "nothing was better" in journey.title(flat, "accuracy")
    assert journey.title(flat.head(0), "accuracy") == "No experiment has a value yet"
