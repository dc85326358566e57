"""The comparison drawn: each difference with its interval, the rule of no difference, and the margin."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import PALETTE, Mode, finish
from core.health.performance.formatting import amount
from core.health.status import Status

COLUMNS = ["part", "what", "difference", "low", "high", "n", "verdict"]
STATUS: dict[str, Status] = {
    "better": "green",
    "small_gain": "grey",
    "not_worse": "grey",
    "no_difference": "grey",
    "cannot_tell": "amber",
    "watch": "amber",
    "worse": "red",
    "blocked": "red",
}
WORDS = {
    "better": "better",
    "small_gain": "better, not by enough",
    "not_worse": "not worse",
    "no_difference": "no difference",
    "cannot_tell": "cannot tell",
    "watch": "watch",
    "worse": "worse",
    "blocked": "blocked",
}
ROW_HEIGHT = 30


def differences_table(document: Mapping[str, Any]) -> pd.DataFrame:
    """What the chart draws: the metric of record on both kinds of labels, then in each segment.

    Columns: part ("all" or the segment's column), what, difference, low, high, n, verdict (in words).
    """
    metric, rows = document["metric"], document["holdout"]["rows"]
    lines = [
        ("all", "corrected labels", document["corrected"][metric], rows, document["verdict"]),
        ("all", "labels as given", document["given"][metric], rows, ""),
    ]
    lines += [
        (part["column"], f"{part['column']} = {part['value']}", part, part["n"], part["verdict"])
        for part in document["segments"]
    ]
    return pd.DataFrame(
        [
            (part, what, values["difference"], values["low"], values["high"], n, verdict)
            for part, what, values, n, verdict in lines
        ],
        columns=COLUMNS,
    )


def differences(document: Mapping[str, Any], mode: Mode) -> alt.LayerChart:
    """The paired differences of the metric of record; right of the rule at 0 the challenger is better."""
    return draw(
        differences_table(document),
        metric_label=document["metric_label"],
        margin=document["margin"],
        title=title(document),
        subtitle=subtitle(document),
        mode=mode,
    )


def draw(
    table: pd.DataFrame, *, metric_label: str, margin: float, title: str, subtitle: str, mode: Mode
) -> alt.LayerChart:
    """Differences with their intervals, beside the rule of no difference and the margin.

    Args:
        table: with the columns of `differences_table`.
        metric_label: what the axis says.
        margin: a loss that does not matter, in the unit of the metric.
        title: the finding in words.
        subtitle: what is drawn.
        mode: light or dark.
    """
    palette = PALETTE[mode]
    table = table.assign(
        status=[STATUS.get(verdict, "grey") for verdict in table["verdict"]],
        word=[WORDS.get(verdict, "") for verdict in table["verdict"]],
        **{"is": [_as_text(*row) for row in table[["difference", "low", "high"]].to_numpy(float)]},
    )
    colour = alt.Color(
        "status:N",
        scale=alt.Scale(domain=list(palette.status), range=list(palette.status.values())),
        legend=None,
    )
    base = alt.Chart(table).encode(
        y=alt.Y("what:N", sort=None, title=None, axis=alt.Axis(labelLimit=130)), tooltip=_tooltip()
    )
    x = alt.X("low:Q", title=f"gain in {metric_label} (challenger better on the right)")
    layers = [
        *_rules(margin, palette.quiet, palette.grid),
        base.mark_rule(strokeWidth=2).encode(x=x, x2=alt.X2("high:Q"), color=colour),
        base.mark_point(filled=True, size=70, opacity=1).encode(x=alt.X("difference:Q"), color=colour),
        base.mark_text(align="left", dx=6, dy=-9, color=palette.quiet).encode(
            x=alt.X("difference:Q"), text=alt.Text("word:N")
        ),
    ]
    chart = alt.layer(*layers, width="container", height=ROW_HEIGHT * len(table) + 20)
    drawn: alt.LayerChart = finish(chart, title=title, subtitle=subtitle, mode=mode)
    return drawn


def title(document: Mapping[str, Any]) -> str:
    """The finding, in words."""
    names = f"version {document['challenger']} against {document['champion']}"
    return {
        "better": f"Better: {names}",
        "small_gain": f"Better, not by what is worth a promotion: {names}",
        "not_worse": f"Not worse, not shown to be better: {names}",
        "cannot_tell": f"Cannot tell yet: {names}",
        "worse": f"Worse: {names}",
        "blocked": f"Blocked by a failed test: {names}",
    }[document["verdict"]]


def subtitle(document: Mapping[str, Any]) -> str:
    """What is drawn, and how sure the intervals are."""
    sure = round(100 * (1 - 2 * document["alpha"]), 1)
    return (
        f"Difference on the same {document['holdout']['rows']:,} rows with {sure:g} % intervals "
        f"(segments 90 %); dashed: a loss of {document['margin']:.3g}, which would not matter"
    )


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("what:N", title="where"),
        alt.Tooltip("is:N", title="difference"),
        alt.Tooltip("n:Q", title="rows", format=","),
        alt.Tooltip("word:N", title="verdict"),
    ]


def _as_text(difference: float, low: float, high: float) -> str:
    """Rounded to what the interval allows.

    >>> _as_text(0.012345, -0.004, 0.028)
    '0.012 (-0.004 to 0.028)'
    """
    value, start, end = (amount(number, (high - low) / 2) for number in (difference, low, high))
    return f"{value} ({start} to {end})"


def _rules(margin: float, ink: str, faint: str) -> list[alt.Chart]:
    zero = alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color=ink, strokeWidth=1)
    edge = alt.Chart(pd.DataFrame({"at": [-margin]}))
    dashed = edge.mark_rule(color=ink, strokeDash=[4, 4], strokeWidth=1, opacity=0.7)
    band = alt.Chart(pd.DataFrame({"at": [-margin], "to": [0.0]}))
    shade = band.mark_rect(color=faint, opacity=0.5).encode(x=alt.X("at:Q"), x2=alt.X2("to:Q"))
    return [shade, zero.encode(x=alt.X("at:Q")), dashed.encode(x=alt.X("at:Q"))]
