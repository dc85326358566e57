"""Tried before: families of models and their columns by the rows that they learned from."""

from typing import Any

import altair as alt
import pandas as pd

from core.charts.record.measured import as_text
from core.charts.theme import PALETTE, Mode, finish
from core.stats.measures.table import metric_named

ROW = 26
TWO_LINES = 20
"""Pixels above the map for names of two lines."""
MOST_ROWS, MOST_COLUMNS = 20, 6
"""Combinations that are drawn, the best and the newest; the table has all."""
OWN = "its columns"


def cells(outlined: pd.DataFrame, metric: str) -> pd.DataFrame:
    """One line for each combination of family, columns and data that was tried.

    Args:
        outlined: trials with family, columns, rows, data, value, low, high and status.
        metric: of record.

    Returns:
        family, columns, data, rows, tried (how many), value (the best; none where nothing was measured) with
        low and high, newest (number of the newest trial), states.
    """
    merit = outlined["value"].map(metric_named(metric).merit)
    keys = ["family", "columns", "data", "rows"]
    best = outlined.assign(merit=merit).sort_values(
        "merit", ascending=False, na_position="last", kind="stable"
    )
    grouped = best.groupby(keys, sort=False)
    first = {name: (name, "first") for name in ("value", "low", "high")}
    frame = grouped.agg(tried=("trial", "size"), **first, newest=("trial", "max"))
    frame = frame.reset_index()
    states = best.groupby([*keys, "status"], sort=False).size().reset_index(name="count")
    states["text"] = states["count"].astype(str) + " " + states["status"]
    joined = states.groupby(keys, sort=False)["text"].agg(", ".join).reset_index(name="states")
    return frame.merge(joined, on=keys)


def chart(lines: pd.DataFrame, metric: str, mode: Mode) -> Any:
    """A map: what was tried is filled, the fuller the better on the same data; the number is the best."""
    palette, drawn = PALETTE[mode], _map_cells(lines, metric)
    rows = drawn["row"].unique().tolist()
    columns = drawn.sort_values("newest", ascending=False)["column"].unique().tolist()
    x = alt.X(
        "column:N",
        sort=columns,
        axis=alt.Axis(
            title=None,
            orient="top",
            labelAngle=0,
            labelExpr="split(datum.label, ': ')",
            labelLimit=104,
            labelPadding=TWO_LINES,
            labelOverlap="greedy",
        ),
    )
    y = alt.Y("row:N", sort=rows, axis=alt.Axis(title=None, ticks=False, labelLimit=170))
    base = alt.Chart(drawn).encode(x=x, y=y)
    scale = alt.Scale(domain=[0, 1], range=[palette.grid, palette.accent])
    box = base.mark_rect(stroke=palette.ground, strokeWidth=1).encode(
        color=alt.Color("rank:Q", scale=scale, legend=None),
        tooltip=[
            alt.Tooltip("row:N", title="model"),
            alt.Tooltip("column:N", title="data"),
            alt.Tooltip("tried:Q", format=",", title="experiments"),
            alt.Tooltip("is:N", title="best, 95 % interval"),
            alt.Tooltip("states:N", title="states"),
        ],
    )
    ink = alt.condition("datum.rank > 0.6", alt.value(palette.ground), alt.value(palette.ink))
    number = base.mark_text(fontSize=11).encode(text="label:N", color=ink)
    both = alt.layer(box, number).properties(height=ROW * max(1, len(rows)))
    return finish(both, title=title(lines), subtitle=_subtitle(lines, drawn, metric), mode=mode)


def title(lines: pd.DataFrame) -> str:
    """How much was tried."""
    total = int(lines["tried"].sum()) if len(lines) else 0
    experiments = f"{total:,} experiment{'s' * (total != 1)}"
    return f"{experiments} in {len(lines):,} combination{'s' * (len(lines) != 1)} of models, columns and data"


def _subtitle(lines: pd.DataFrame, drawn: pd.DataFrame, metric: str) -> str:
    hidden = len(lines) - len(drawn)
    more = f" {hidden:,} further combinations are in the table." if hidden > 0 else ""
    name = metric_named(metric).title
    return f"{name}, the best of each: the fuller the colour, the better on the same data.{more}"


def _map_cells(lines: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The newest data and the best models, with their place in the map."""
    columns = [
        family if own == OWN else f"{family}, {own}"
        for family, own in zip(lines["family"], lines["columns"], strict=True)
    ]
    placed = lines.assign(row=columns, column=lines["data"] + ": " + lines["rows"])
    newest = placed.sort_values("newest", ascending=False)["column"].unique()[:MOST_COLUMNS]
    map_cells = placed[placed["column"].isin(newest)]
    merit = map_cells["value"].map(metric_named(metric).merit)
    best = map_cells.assign(merit=merit).groupby("row", sort=False)["merit"].max()
    rows = best.sort_values(ascending=False, na_position="last").head(MOST_ROWS).index
    map_cells = map_cells.assign(merit=merit)[map_cells["row"].isin(rows)]
    spread = map_cells.groupby("data")["merit"]
    low, high = spread.transform("min"), spread.transform("max")
    rank = ((map_cells["merit"] - low) / (high - low).where(high > low, 1.0)).fillna(0.0)
    measured = as_text(map_cells, metric_named(metric))
    label = [text.split(" (")[0] or "-" for text in measured]
    order = {name: number for number, name in enumerate(rows)}
    return map_cells.assign(
        **{"is": measured}, rank=rank, label=label, place=map_cells["row"].map(order)
    ).sort_values("place", kind="stable")
