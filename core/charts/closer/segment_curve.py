"""One segment over time, beside what it was in the reference period."""

from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import PALETTE, Mode, finish, inner_axis
from core.health.performance.formatting import between, number, segment_name
from core.health.report.document import HealthDocument
from core.health.report.why_entries import SegmentEntry
from core.stats.measures.table import metric_named

HEIGHT = 150
LABELS = 4
"""Labels of the periods, so that a phone can show them."""


def curve_table(document: HealthDocument, segment: SegmentEntry) -> pd.DataFrame:
    """One row a period in which the segment was measured."""
    metric = metric_named(document["metric"])
    rows = [
        {
            "period": chunk["label"],
            **count,
            "is": between(metric, count["value"], count["low"], count["high"]),
        }
        for chunk in document["chunks"]
        if (count := chunk["segments"].get(segment["column"], {}).get(segment["value"])) is not None
    ]
    return pd.DataFrame(rows, columns=["period", "value", "low", "high", "n", "is"])


def segment_curve(document: HealthDocument, segment: SegmentEntry, mode: Mode) -> Any:
    """Its line with the 95 % band, and a rule where it was before."""
    palette, table = PALETTE[mode], curve_table(document, segment)
    periods = list(table["period"])
    every = max(1, -(-len(periods) // LABELS))
    below = alt.Axis(
        title=None, values=periods[::every], labelAngle=0, labelAlign="left", labelFlush=True, ticks=False
    )
    x = alt.X("period:O", sort=periods, axis=below)
    form = ".0%" if metric_named(document["metric"]).unit == "share" else ",.3~g"
    y = alt.Y("low:Q", axis=inner_axis(format=form, tickCount=3), scale=alt.Scale(zero=False))
    tooltip = [
        alt.Tooltip("period:N"),
        alt.Tooltip("is:N", title=document["metric_label"]),
        alt.Tooltip("n:Q", format=","),
    ]
    base = alt.Chart(table)
    band = base.mark_area(opacity=0.15, color=palette.accent).encode(x=x, y=y, y2=alt.Y2("high:Q"))
    line = base.mark_line(color=palette.accent, point={"color": palette.accent, "size": 30})
    past = pd.DataFrame({"value": [segment["before"]]})
    rule = alt.Chart(past).mark_rule(color=palette.ink).encode(y="value:Q")
    drawn = alt.layer(
        band, rule, line.encode(x=x, y="value:Q", tooltip=tooltip), width="container", height=HEIGHT
    )
    name = segment_name(segment["column"], segment["value"])
    low, high = segment["low"], segment["high"]
    metric, half = metric_named(document["metric"]), (high - low) / 2
    before, now = number(metric, segment["before"], half), number(metric, segment["now"], half)
    return finish(
        drawn,
        title=f"{name}: {before} before, {now} now",
        subtitle=f"{document['metric_label']} with its 95 % band; the rule is the reference period.",
        mode=mode,
    )
