"""The lines of the timeline: realised and estimated metric with their bands, marks and names."""

from typing import Any

import altair as alt
import pandas as pd

from core.charts.axes import Axes
from core.charts.theme import STATUS_SHAPE, Palette
from core.health.performance.formatting import between
from core.health.status import STATUS_WORD

NAMED = 2
"""Points at the end of a line that its name stays clear of: of more, a steep line would leave it behind."""
FOOT = 0.1
"""Part of the height that a name and the bar of the alarm take."""


def _series(table: pd.DataFrame, name: str, axes: Axes) -> pd.DataFrame:
    """The rows that have a value; `run` numbers the lines, which end where a period without one follows."""
    present = table[table[name].notna()]
    run = (table["stretch"] + table[name].isna().cumsum())[present.index]
    return pd.DataFrame(
        {
            "at": [axes.at(place) for place in present["start"]],
            "value": present[name].astype(float),
            "low": present[f"{name}_low"].astype(float),
            "high": present[f"{name}_high"].astype(float),
            "is": [
                between(axes.metric, *numbers)
                for numbers in present[[name, f"{name}_low", f"{name}_high"]].astype(float).to_numpy()
            ],
            "chunk": present["chunk"],
            "n": present["labelled" if name == "realised" else "n"],
            "period": present["period"],
            "run": run,
            "alone": ~present.assign(run=run).duplicated(["run", "period"], keep=False),
            "status": present["status"],
            "word": [STATUS_WORD.get(status, "reference") for status in present["status"]],
            "what": "measured" if name == "realised" else "estimated",
        }
    )


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("chunk:N", title="period"),
        alt.Tooltip("what:N", title="value is"),
        alt.Tooltip("is:N", title="95 % interval"),
        alt.Tooltip("n:Q", format=","),
        alt.Tooltip("word:N", title="status"),
    ]


def _band(data: pd.DataFrame, axes: Axes, colour: str) -> Any:
    y, y2 = axes.y.copy(), alt.Y2("high:Q")
    y.shorthand = "low:Q"
    area = alt.Chart(data).mark_area(opacity=0.15, color=colour)
    return area.encode(x=axes.x, y=y, y2=y2, detail="run:N")


def _single(data: pd.DataFrame, axes: Axes, colour: str) -> list[Any]:
    """A period without neighbours makes no line: its value as a point, its band as a rule."""
    alone = data[data["alone"]]
    if alone.empty:
        return []
    y = axes.y.copy()
    y.shorthand = "low:Q"
    rule = alt.Chart(alone).mark_rule(opacity=0.4, color=colour).encode(x=axes.x, y=y, y2=alt.Y2("high:Q"))
    point = alt.Chart(alone).mark_point(filled=True, size=25, opacity=1, color=colour)
    return [rule, point.encode(x=axes.x, y=axes.y, tooltip=_tooltip())]


def names(table: pd.DataFrame, axes: Axes, palette: Palette) -> list[Any]:
    """The names of the lines beside their last points, instead of a legend.

    The lower one stands above its line where the foot of the chart, with the bar of the alarm, is too near.
    """
    ends = {name: _series(table, name, axes).tail(NAMED) for name in ("realised", "estimated")}
    last = {name: float(end["value"].iloc[-1]) for name, end in ends.items() if len(end)}
    layers = []
    for name, end in ends.items():
        if end.empty:
            continue
        room = FOOT * (axes.high - axes.low)
        crowded = float(end["low"].min()) < axes.low + room
        above = last[name] == max(last.values()) or (crowded and max(last.values()) > last[name] + 2 * room)
        named = end.tail(1).assign(value=end["value"].max() if above else end["value"].min())
        colour = palette.accent if name == "realised" else palette.quiet
        inks: tuple[dict[str, Any], ...] = ({"stroke": palette.ground, "strokeWidth": 4}, {})
        for halo in inks:  # lines may cross the name
            text = alt.Chart(named).mark_text(
                align="right", dy=-8 if above else 10, color=colour, fontWeight=600, **halo
            )
            layers.append(text.encode(x=axes.x, y=axes.y, text=alt.Text("what:N")))
    return layers


def realised_layers(table: pd.DataFrame, axes: Axes, palette: Palette, *, alone: bool) -> list[Any]:
    """The line and its status marks; with several versions (not `alone`) each draws its own line."""
    data = _series(table, "realised", axes)
    if data.empty:
        return []
    layers = []
    for period, part in data.groupby("period", sort=False):
        if period == "log" and not alone:
            continue
        base = alt.Chart(part)
        line = base.mark_line(color=palette.accent, strokeWidth=2)
        line = line.encode(x=axes.x, y=axes.y, detail="run:N")
        layers += [_band(part, axes, palette.accent), line, *_single(part, axes, palette.accent)]
    marks = alt.Chart(data[data["status"] != ""]).mark_point(filled=True, size=60, opacity=1)
    states = list(STATUS_SHAPE)
    colours = [palette.status[state] for state in states]
    layers.append(
        marks.encode(
            x=axes.x,
            y=axes.y,
            color=alt.Color("status:N", scale=alt.Scale(domain=states, range=colours), legend=None),
            shape=alt.Shape(
                "status:N", scale=alt.Scale(domain=states, range=list(STATUS_SHAPE.values())), legend=None
            ),
            tooltip=_tooltip(),
        )
    )
    return layers


def estimated_layers(table: pd.DataFrame, axes: Axes, palette: Palette) -> list[Any]:
    """The dashed line; where nothing can be estimated there is none."""
    data = _series(table, "estimated", axes)
    if data.empty:
        return []
    line = alt.Chart(data).mark_line(color=palette.quiet, strokeDash=[5, 4], strokeWidth=1.5)
    drawn = line.encode(x=axes.x, y=axes.y, detail="run:N", tooltip=_tooltip())
    return [_band(data, axes, palette.quiet), drawn, *_single(data, axes, palette.quiet)]
