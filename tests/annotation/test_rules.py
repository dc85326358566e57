"""Every number that decides stands at its boundary: one step on either side gives another result."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from core.annotation.events import Event, fold, opinions
from core.annotation.queue import is_blind, per_minute
from core.annotation.rules import RULES
from core.annotation.submissions import parse_submission
from core.annotation.unusual import cells, usual
from core.errors import LabelError

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
SUBMISSION = {
    "uid": "0190f7a0-0000-7000-8000-000000000001",
    "task": 1,
    "action": "label",
    "at": 1_700_000_000_000,
    "label": "cat",
}


def event(uid, person="ann", action="label", label=None, seconds=0, supersedes=None):
    return Event(uid, "r", person, action, NOON + timedelta(seconds=seconds), label, None, supersedes)


def parse(**changes):
    return parse_submission({**SUBMISSION, **changes}, ("cat", "dog"))


def test_one_item_in_ten_is_blind():
    """Too few could not measure the pull of a suggestion, too many would cost the experts its help."""
    blind = np.mean([is_blind(f"row {n}") for n in range(20_000)])
    assert blind == pytest.approx(0.1, abs=3 * np.sqrt(0.1 * 0.9 / 20_000))
    assert not any(is_blind(f"row {n}", 0.0) for n in range(1000))
    assert all(is_blind(f"row {n}", 1.0) for n in range(1000))


def test_the_same_rows_are_blind_at_any_larger_share():
    rows = [f"row {n}" for n in range(2000)]
    small, large = ({row for row in rows if is_blind(row, share)} for share in (0.1, 0.3))
    assert small < large


def test_a_break_counts_as_one_minute():
    gaps = [NOON, NOON + timedelta(seconds=20), NOON + timedelta(minutes=10, seconds=20)]
    assert per_minute(gaps, gaps[-1]) == round(60 * 2 / (20 + 60), 1)
    assert per_minute([NOON, NOON + timedelta(seconds=59)], NOON) == pytest.approx(1.0, abs=0.05)


def test_a_pace_is_forgotten_after_a_quarter_of_an_hour():
    pair = [NOON, NOON + timedelta(seconds=6)]
    assert per_minute(pair, pair[-1] + timedelta(minutes=15)) == 10.0
    assert per_minute(pair, pair[-1] + timedelta(minutes=15, seconds=1)) is None


def test_one_annotation_is_no_pace():
    assert per_minute([NOON], NOON) is None


def test_a_grid_counts_in_its_time_but_the_first_one_took_nobody_knows_how_long():
    """24 answers a millisecond apart were a pace of 60,000 a minute."""
    grid = [NOON + timedelta(milliseconds=n) for n in range(24)]
    assert per_minute(grid, grid[-1]) is None
    following = [moment + timedelta(seconds=30) for moment in grid]
    assert per_minute([*grid, *following], following[-1]) == pytest.approx(48, abs=0.1)


def test_a_lease_outlives_a_look_but_not_a_coffee():
    assert RULES.lease == timedelta(minutes=5)


def test_a_note_is_cut_at_two_thousand_characters():
    assert len(parse(action="note", note="x" * 2000).note) == 2000
    assert len(parse(action="note", note="x" * 2001).note) == 2000
    with pytest.raises(LabelError, match="needs words"):
        parse(action="note", note="  ")


def test_a_look_is_at_most_a_day():
    assert parse(ms=86_400_000 - 1).ms == 86_400_000 - 1
    assert parse(ms=86_400_001).ms == 86_400_000
    assert parse().ms is None


@pytest.mark.parametrize("at", [-1, 32_503_680_000_001, True, 1.5, "1"])
def test_a_moment_before_1970_or_after_2999_is_refused(at):
    with pytest.raises(LabelError, match="at must be a whole number"):
        parse(at=at)


def test_the_last_moment_is_taken():
    assert parse(at=32_503_680_000_000).at.year == 3000
    assert parse(at=0).at.year == 1970


def test_a_clock_that_runs_ahead_is_held_back():
    """An annotation from tomorrow would win over every later one of that person."""
    ahead = replace(parse(), at=NOON + timedelta(days=1))
    assert ahead.event("r", "ann", NOON).at == NOON
    behind = replace(parse(), at=NOON - timedelta(days=1))
    assert behind.event("r", "ann", NOON).at == NOON - timedelta(days=1)


def test_numbers_beyond_half_a_percent_on_either_side_are_unusual():
    known = usual(pd.DataFrame({"x": np.arange(1000.0)}))
    assert (known["x"]["low"], known["x"]["high"]) == (5.0, 994.0)
    marked = [value for value in range(1000) if cells({"x": value}, known)[0]["unusual"]]
    assert marked == [0, 1, 2, 3, 4, 995, 996, 997, 998, 999]


def test_words_rarer_than_half_a_percent_are_unusual():
    words = ["rare"] * 4 + ["seldom"] * 5 + ["often"] * 991
    known = usual(pd.DataFrame({"x": words}))
    assert [cells({"x": word}, known)[0]["unusual"] for word in ("rare", "seldom", "often")] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(("empty", "unusual"), [(5, True), (6, False)])
def test_an_empty_cell_is_unusual_where_fewer_than_half_a_percent_are(empty, unusual):
    column = [None] * empty + [1.0] * (1000 - empty)
    assert cells({"x": None}, usual(pd.DataFrame({"x": column})))[0]["unusual"] is unusual


@pytest.mark.parametrize(("words", "unusual"), [(1000, True), (1001, False)])
def test_free_text_has_nothing_unusual(words, unusual):
    names = [f"w{n}" for n in range(words - 1)] + ["often"] * 20_000
    assert cells({"x": "w3"}, usual(pd.DataFrame({"x": names})))[0]["unusual"] is unusual


def test_two_of_three_settle_and_one_of_two_does_not():
    votes = [event("a", "ann", label="4"), event("b", "bob", label="9"), event("c", "eve", label="9")]
    assert (fold(votes, want=3).state, fold(votes, want=3).label) == ("settled", "9")
    assert fold(votes[:2], want=2).state == "conflict"
    assert fold(votes[:2], want=3) is None


def test_the_newest_ruling_holds():
    first, second = event("a", action="adjudicate", label="4"), event("b", "bob", "adjudicate", "9", 5)
    assert fold([second, first]).label == "9"


def test_an_import_settles_whatever_the_number_wanted():
    assert fold([event("a", action="import", label="4")], want=3).label == "4"


def test_the_later_moment_counts_whatever_the_ids_are():
    both = [event("b", label="9", seconds=1), event("a", label="4", seconds=2)]
    assert opinions(both)["ann"].label == "4"


def test_of_two_events_at_one_moment_the_later_id_counts():
    both = [event("b", label="9"), event("a", label="4")]
    assert opinions(both)["ann"].label == "9"


def test_the_moment_of_the_newest_event_is_the_moment_of_the_label():
    later = event("b", action="note", seconds=7)
    assert fold([event("a", label="4"), later]).updated_at == later.at
