"""A replay drawn: how many errors fewer there would have been, from its first chunk to each."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import PALETTE, Mode, finish

HEIGHT = 220


def less_table(document: Mapping[str, Any]) -> pd.DataFrame:
    """What the chart draws: columns chunk, rows, before, after, so_far."""
    return pd.DataFrame(document["chunks"], columns=["chunk", "rows", "before", "after", "so_far"])


def less_so_far(document: Mapping[str, Any], mode: Mode) -> alt.LayerChart:
    """The sum of what there would have been less; above the rule at 0 the version would have been better."""
    table, palette, unit = less_table(document), PALETTE[mode], document["less"]["unit"]
    x = alt.X("chunk:O", title="", sort=None, axis=alt.Axis(labelOverlap=True, labelAngle=0))
    y = alt.Y("so_far:Q", title=f"{unit} less so far")
    tooltip = [
        alt.Tooltip("chunk:N", title="period"),
        alt.Tooltip("rows:Q", title="rows", format=","),
        alt.Tooltip("before:Q", title="as it was", format=",.4g"),
        alt.Tooltip("after:Q", title="with this version", format=",.4g"),
        alt.Tooltip("so_far:Q", title="less so far", format=",.4g"),
    ]
    line = (
        alt.Chart(table)
        .mark_line(color=palette.accent, point={"color": palette.accent})
        .encode(x=x, y=y, tooltip=tooltip)
    )
    rule = alt.Chart(pd.DataFrame({"so_far": [0]})).mark_rule(color=palette.quiet).encode(y="so_far:Q")
    subtitle = f"Sum over {document['rows']:,} rows with a label, counted row by row"
    chart = alt.layer(rule, line, width="container", height=HEIGHT)
    drawn: alt.LayerChart = finish(chart, title=document["sentence"], subtitle=subtitle, mode=mode)
    return drawn
