"""The course of the metric in one line of text, for a terminal."""

from collections.abc import Sequence

from core.health.performance.formatting import number
from core.health.report.document import HealthDocument
from core.stats.measures.table import metric_named

STEPS = "▁▂▃▄▅▆▇█"
MOST = 60
"""Periods in a line; older ones are left out."""


def course(document: HealthDocument) -> str:
    """The measured metric over the newest periods, with the lowest and the highest; empty without two."""
    metric, chunks = metric_named(document["metric"]), document["chunks"][-MOST:]
    measured = [chunk["realised"].get(document["metric"]) for chunk in chunks]
    present = [one for one in measured if one is not None]
    if len(present) < 2:  # noqa: PLR2004 -- two points make a line
        return ""
    half = min((one["high"] - one["low"]) / 2 for one in present)
    low, high = (number(metric, end(one["value"] for one in present), half) for end in (min, max))
    drawn = sparkline([None if one is None else one["value"] for one in measured])
    return f"{chunks[0]['label']} {drawn} {chunks[-1]['label']} ({document['metric_label']}, {low} to {high})"


def sparkline(values: Sequence[float | None]) -> str:
    """A character for each value, the higher the larger; a gap where there is none.

    >>> sparkline([0.0, 0.5, None, 1.0]), sparkline([0.7, 0.7])
    ('▁▅ █', '▄▄')
    """
    present = [value for value in values if value is not None]
    low, high = min(present), max(present)
    top = len(STEPS) - 1
    return "".join(
        " "
        if value is None
        else STEPS[round(top * (value - low) / (high - low))]
        if high > low
        else STEPS[top // 2]
        for value in values
    )
