"""Numbers, moments and statuses are written in one way everywhere."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import sparkline
from core.health.performance import format_number
from core.tables import dates
from pages._shared import status_mark

share = st.floats(0, 1)


@given(share, share, share)
def test_rounding_never_hides_the_interval(a, b, c):
    """At least two different numbers stay apart when the interval is not empty."""
    low, value, high = sorted((a, b, c))
    text = format_number.with_interval(value, low, high, 10)
    if high - low > 1e-3:
        first, second = text.split("(")[1].split(",")[0].split("-")
        assert first != second


def test_negative_intervals_use_words():
    assert "to" in format_number.between(-0.01, 0.02)


@pytest.mark.parametrize("status", ["green", "amber", "red", "grey"])
def test_a_status_is_never_colour_alone(status):
    chip = status_mark.chip(status)
    assert "aria-hidden" in chip
    assert chip.split("</span> ")[1].removesuffix("</span>").isalpha()


def test_a_verdict_cannot_inject_markup():
    assert "<script>" not in status_mark.verdict("red", ["<script>alert(1)</script>"] * 2)


@given(st.integers(0, 10**7))
def test_ago_has_a_unit(seconds):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    said = dates.ago(now - timedelta(seconds=seconds), now)
    assert said == "just now" or said.endswith(" ago")


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_a_sparkline_has_a_point_for_each_value(series):
    assert sparkline.line(series).count("%2C") >= len(series)
