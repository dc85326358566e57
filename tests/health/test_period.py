"""A period that is picked: its numbers are sums of what the document holds."""

import numpy as np
import pytest

from core.health.period import period, pool_numbers
from tests.charts.health_document import health_document


def test_a_mean_over_chunks_is_the_mean_over_their_rows():
    """For a metric that every row has its part in; the interval is that of a mean of independent chunks."""
    random = np.random.default_rng(0)
    chunks = [random.normal(3, 1, size) for size in (40, 400, 90)]
    parts = []
    for values in chunks:
        half = 1.96 * values.std() / len(values) ** 0.5
        mean = values.mean()
        parts.append(({"value": mean, "low": mean - half, "high": mean + half}, len(values)))
    rows, pooled = np.concatenate(chunks), pool_numbers(parts)
    assert pooled["value"] == pytest.approx(rows.mean())
    assert pooled["n"] == len(rows)
    within = sum(len(v) * v.var() for v in chunks) / len(rows)
    assert pooled["high"] - pooled["value"] == pytest.approx(1.96 * (within / len(rows)) ** 0.5)


def test_what_is_known_of_some_chunks_whichever_end_comes_first():
    document = health_document()
    for chunk, flagged in zip(document["chunks"], (False, True, True, True), strict=True):
        chunk["drift"] = {"size": {"flagged": flagged}, "place": {"flagged": False}}
        chunk["alerts"] = ["size moved."] if flagged else []
    look = period(document, "M4 2016", "M3 2016")
    assert look.chunks == ("M3 2016", "M4 2016")
    assert (look.rows, look.moved, look.findings) == (200, {"size": 2}, ("size moved.",))
    assert look.measured["value"] == pytest.approx((0.75 + 0.7) / 2)
    (segment,) = look.segments
    assert (segment.column, segment.value, segment.before) == ("town", "Ulm", 0.8)
    assert segment.now["value"] == pytest.approx(0.625)
    assert period(document, "M5 2016", "M5 2016").measured is None


def test_the_segment_that_fell_most_comes_first_and_one_without_a_past_last():
    document = health_document()
    town = document["chunks"][0]["segments"]["town"]
    town |= {"Bonn": {**town["Ulm"], "value": 0.2}, "New": town["Ulm"]}
    document["segments"].append({**document["segments"][0], "value": "Bonn", "before": 0.9})
    names = [segment.value for segment in period(document, "M2 2016", "M2 2016").segments]
    assert names == ["Bonn", "Ulm", "New"]
    document["direction"] = "lower"
    names = [segment.value for segment in period(document, "M2 2016", "M2 2016").segments]
    assert names == ["Ulm", "Bonn", "New"]
