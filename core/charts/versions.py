"""Versions on the timeline: one line each, with its name at its end, and their columns in the table."""

from typing import Any

import altair as alt
import pandas as pd

from core.charts.axes import Axes
from core.charts.theme import Palette
from core.health.performance.formatting import between
from core.health.report.document import HealthDocument

MOST = 6
"""Lines that can be told apart; older versions are in the table."""


def several(document: HealthDocument) -> bool:
    """Whether more than one version answered."""
    return len(document["versions"]) > 1


def curves(document: HealthDocument, axes: Axes, palette: Palette) -> list[Any]:
    """A line, its 95 % band and its name for each of the newest versions."""
    names = [version["version"] for version in document["versions"]][-MOST:]
    lines = {name: _line(document, name, axes) for name in names}
    layers: list[Any] = []
    for name, colour in zip(names, palette.series, strict=False):
        if len(lines[name]):
            layers += _curve(lines[name], colour, axes)
    for name, colour in zip(names, palette.series, strict=False):
        if len(lines[name]):
            layers += _name(lines[name].tail(1), colour, axes, palette)
    return layers


def _line(document: HealthDocument, name: str, axes: Axes) -> pd.DataFrame:
    rows = [
        {
            "at": axes.at(chunk["start"]),
            "chunk": chunk["label"],
            "version": f"version {name}",
            **count,
            "is": between(axes.metric, value, count["low"] or 0.0, count["high"] or 0.0),
        }
        for chunk in document["chunks"]
        if (count := chunk["versions"].get(name)) is not None and (value := count["value"]) is not None
    ]
    return pd.DataFrame(rows)


def _curve(data: pd.DataFrame, colour: str, axes: Axes) -> list[Any]:
    low = axes.y.copy()
    low.shorthand = "low:Q"
    base = alt.Chart(data)
    tooltip = [
        alt.Tooltip("version:N"),
        alt.Tooltip("chunk:N", title="period"),
        alt.Tooltip("is:N", title="95 % interval"),
        alt.Tooltip("n:Q", format=","),
    ]
    band = base.mark_area(opacity=0.15, color=colour).encode(x=axes.x, y=low, y2=alt.Y2("high:Q"))
    line = base.mark_line(color=colour, strokeWidth=2, point={"color": colour, "size": 20})
    return [band, line.encode(x=axes.x, y=axes.y, tooltip=tooltip)]


def _name(last: pd.DataFrame, colour: str, axes: Axes, palette: Palette) -> list[Any]:
    """Direct label at the end of the line; lines may cross it."""
    layers = []
    halo: dict[str, Any] = {"stroke": palette.ground, "strokeWidth": 4}
    inks: tuple[dict[str, Any], ...] = (halo, {})
    for ink in inks:
        text = alt.Chart(last).mark_text(align="right", dy=-10, color=colour, fontWeight=600, **ink)
        layers.append(text.encode(x=axes.x, y=axes.y, text=alt.Text("version:N")))
    return layers


def columns(document: HealthDocument) -> pd.DataFrame:
    """Per chunk the value, interval and n of every version; no columns while one version answers alone."""
    if not several(document):
        return pd.DataFrame(index=range(len(document["chunks"])))
    rows = []
    for chunk in document["chunks"]:
        row: dict[str, float | int | None] = {}
        for name in (version["version"] for version in document["versions"]):
            count = chunk["versions"].get(name)
            row[f"version {name}"] = count["value"] if count else None
            row[f"version {name}_low"] = count["low"] if count else None
            row[f"version {name}_high"] = count["high"] if count else None
            row[f"version {name}_n"] = count["n"] if count else 0
        rows.append(row)
    return pd.DataFrame(rows)
