"""The alarm in the timeline: a bar at its foot, because it remembers and the marks do not."""

from typing import Any

import altair as alt
import pandas as pd

from core.charts.axes import Axes
from core.charts.theme import Palette

FOOT = 0.025
"""Part of the height that the bar has."""


def is_on(table: pd.DataFrame) -> bool:
    """Whether the alarm was on in a chunk that is drawn."""
    return bool((table["alarm"] == "on").any())


def alarm_bar(table: pd.DataFrame, axes: Axes, palette: Palette) -> list[Any]:
    """A bar at the foot while the alarm lasts; marks show each chunk by itself."""
    if not is_on(table):
        return []
    starts = [axes.at(place) for place in table["start"]]
    foot = axes.low + (axes.high - axes.low) * FOOT
    data = pd.DataFrame({"at": starts, "end": [*starts[1:], axes.end], "value": axes.low, "top": foot})
    data["chunk"], data["word"] = table["chunk"].to_numpy(), "the alarm is on"
    bars = alt.Chart(data[(table["alarm"] == "on").to_numpy()]).mark_rect(color=palette.status["red"])
    tooltip = [alt.Tooltip("chunk:N", title="period"), alt.Tooltip("word:N", title="alarm")]
    return [bars.encode(x=axes.x, x2=alt.X2("end"), y=axes.y, y2=alt.Y2("top"), tooltip=tooltip)]
