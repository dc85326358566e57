"""The journey of experiments as a tree: what each branch came to and gained."""

from typing import Any

import altair as alt
import pandas as pd

from core.charts.record.measured import as_text
from core.charts.theme import PALETTE, Mode, finish
from core.stats.measures.table import metric_named

ROW = 24
MOST = 30
"""Nodes that are drawn; the table has all."""
INDENT = "\u2003"
"""An em space for each level."""
START = "\u200b"
"""Before it stands a space without width: of a label that begins with spaces, they would be cut off."""
NAME_PIXELS = 190


def chart(nodes: pd.DataFrame, metric: str, mode: Mode) -> Any:
    """A row a node, indented by its level, with the value and interval of its best trial and its gain."""
    palette, drawn = PALETTE[mode], _rows(nodes.head(MOST), metric)
    order = drawn["row"].tolist()
    axis = alt.Axis(
        title=None, ticks=False, domain=False, labelAlign="left", labelPadding=NAME_PIXELS,
        labelLimit=NAME_PIXELS, labelExpr="split(datum.label, '|')[1]", grid=False,
    )  # fmt: skip
    y = alt.Y("row:N", sort=order, axis=axis)
    x = alt.X("value:Q", scale=alt.Scale(zero=False), axis=alt.Axis(title=None, tickCount=4))
    base = alt.Chart(drawn)
    tooltip = [
        alt.Tooltip("name:N", title="branch"),
        alt.Tooltip("trials:Q", format=",", title="experiments"),
        alt.Tooltip("is:N", title="best, 95 % interval"),
        alt.Tooltip("gain_text:N", title="gain"),
        alt.Tooltip("version:N", title="version"),
    ]
    rule = base.mark_rule(color=palette.quiet, strokeWidth=1.5).encode(x="low:Q", x2="high:Q", y=y)
    point = base.mark_point(filled=True, opacity=1).encode(
        x=x,
        y=y,
        size=alt.Size("level:O", scale=alt.Scale(domain=[0, 1, 2], range=[130, 80, 40]), legend=None),
        color=alt.condition("datum.best", alt.value(palette.accent), alt.value(palette.status["grey"])),
        tooltip=tooltip,
    )
    gain = base.mark_text(align="left", dx=8, color=palette.ink).encode(x="high:Q", y=y, text="gain_text:N")
    both = alt.layer(rule, point, gain).properties(height=ROW * max(1, len(drawn)))
    return finish(both, title=title(nodes, metric), subtitle=_subtitle(nodes, metric), mode=mode)


def table(nodes: pd.DataFrame) -> pd.DataFrame:
    """All nodes, in the order of the tree."""
    names = [INDENT * int(level) + name for level, name in zip(nodes["level"], nodes["name"], strict=True)]
    return nodes.assign(name=names)[["name", "trials", "value", "low", "high", "gain", "version"]]


def title(nodes: pd.DataFrame, metric: str) -> str:
    """The branch of the newest start that gained most."""
    starts = nodes[nodes["level"] == 0]
    if starts.empty:
        return "No experiment has a value yet"
    rows = nodes.iloc[starts.index[0] :]
    of_start = rows.iloc[: starts.index[1] if len(starts) > 1 else None]
    gains = of_start[(of_start["level"] == 1) & of_start["gain"].notna()]
    if gains.empty or float(gains["gain"].max()) <= 0:
        alone = int(starts["trials"].iloc[0]) == 1
        found_out = "one experiment" if alone else "nothing was better than the first experiment"
        return f"{starts['name'].iloc[0]}: {found_out}"
    best = gains.iloc[int(gains["gain"].to_numpy(float).argmax())]
    return f"{starts['name'].iloc[0]}: {best['name']} gained most, {gain_text(float(best['gain']), metric)}"


def gain_text(gain: float | None, metric: str) -> str:
    """A gain with its sign, in the unit in which people read the metric.

    >>> gain_text(0.012, "accuracy"), gain_text(-0.0105, "roc_auc"), gain_text(None, "mae")
    ('+1.2 points', '-0.011', '')
    """
    if gain is None or pd.isna(gain):
        return ""
    unit = metric_named(metric).unit
    return (
        f"{100 * gain:+.1f} points"
        if unit == "share"
        else f"{gain:+.3f}"
        if unit != "amount"
        else f"{gain:+.3g}"
    )


def _subtitle(nodes: pd.DataFrame, metric: str) -> str:
    hidden = f" {len(nodes) - MOST} further branches are in the table." if len(nodes) > MOST else ""
    name = metric_named(metric).title
    return (
        f"{name}, cross-validated, of the best experiment of each branch with its 95 % interval; beside it "
        f"the gain on the branch above as it was first. Blue: the best of its start.{hidden}"
    )


def _rows(nodes: pd.DataFrame, metric: str) -> pd.DataFrame:
    drawn = nodes.reset_index(drop=True)
    merit = drawn["value"].map(metric_named(metric).merit)
    start = (drawn["level"] == 0).cumsum()
    names = [INDENT * int(level) + name for level, name in zip(drawn["level"], drawn["name"], strict=True)]
    return drawn.assign(
        row=[f"{number}|{START}{name}" for number, name in enumerate(names)],
        best=merit == merit.groupby(start).transform("max"),
        **{"is": as_text(drawn, metric_named(metric))},
        gain_text=[gain_text(gain, metric) for gain in drawn["gain"]],
    )
