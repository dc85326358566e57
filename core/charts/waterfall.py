"""The account of a fall drawn as a waterfall: from the mean loss before to that of now, item by item."""

from collections.abc import Sequence
from textwrap import wrap

import altair as alt
import numpy as np
import pandas as pd

from core.charts.theme import PALETTE, Mode, finish
from core.health.performance.formatting import amount, column_title, number
from core.health.report.why_entries import AccountLine, FallEntry
from core.stats.measures.table import metric_named

WORDS = {
    "data_fault": "fault in the data",
    "output_fault": "fault in the predictions",
    "label_fault": "fault in the labels",
    "version": "another version",
    "mix": "moved mix",
    "inside": "the same kind of rows",
    "labels": "wrong labels",
    "chance": "the rest",
}
SOURCES = {
    "data_fault": "from a fault in {names}",
    "output_fault": "from a fault in the predictions",
    "label_fault": "from a fault in the labels",
    "version": "from another version",
    "mix": "from the moved mix of {names}",
    "inside": "among rows of the same kind",
    "labels": "from wrong labels",
    "chance": "within chance",
}
NAMED = 2
"""Columns named in a line."""
BAR, LINE_HEIGHT, GAP = 14, 15, 12
"""Pixels of a bar, of a line of its name, and between two items."""
LETTERS = 52
"""Of a line of a name, which stands above its bar: that many fit a phone."""
ROOM = 1.55
"""The axis is longer than the bars by that factor, so that the numbers have room on a phone."""


def account_table(fall: FallEntry, lines: Sequence[AccountLine]) -> pd.DataFrame:
    """What the chart draws, in errors in 100 rows, or in the unit of the label.

    Columns: item, value, low, high, what (the sentence), state (suspected, or what confirmed it). The lines
    between the first and the last sum to
    the last less the first.
    """
    items = [(_item(line), *_worse(fall, line), line["sentence"], _state(line)) for line in lines]
    first, last = (
        (name, _loss(fall, value), np.nan, np.nan, "", "")
        for name, value in (("before", fall["before"]), ("now", fall["now"]))
    )
    return pd.DataFrame([first, *items, last], columns=["item", "value", "low", "high", "what", "state"])


def account(fall: FallEntry, lines: Sequence[AccountLine], mode: Mode) -> alt.LayerChart:
    """The waterfall: grey before and now, orange what made it worse, green what made it better."""
    palette, bars = PALETTE[mode], _bars(fall, lines)
    colour = alt.Color(
        "status:N",
        scale=alt.Scale(domain=list(palette.status), range=list(palette.status.values())),
        legend=None,
    )
    named = LINE_HEIGHT * int(bars["name"].str.count("\n").max() + 1)
    base = alt.Chart(bars).encode(
        y=alt.Y("place:O", axis=None),
        tooltip=[
            alt.Tooltip("item:N"),
            alt.Tooltip("text:N", title=unit(fall)),
            alt.Tooltip("what:N"),
            alt.Tooltip("state:N"),
        ],
    )
    scale = alt.Scale(domain=[0, ROOM * float(bars["end"].max())], nice=False)
    below, above = named / 2, -BAR / 2 - 3
    layers = [
        base.mark_bar(size=BAR, opacity=0.85, yOffset=below).encode(
            x=alt.X("start:Q", title=unit(fall), scale=scale, axis=alt.Axis(tickCount=6)),
            x2=alt.X2("stop:Q"),
            color=colour,
        ),
        base.mark_rule(color=palette.ink, strokeWidth=1.5, yOffset=below).encode(
            x=alt.X("left:Q"), x2=alt.X2("right:Q")
        ),
        base.mark_text(align="left", dx=6, yOffset=below, color=palette.ink).encode(
            x=alt.X("end:Q"), text="text:N"
        ),
        base.mark_text(
            align="left",
            baseline="line-bottom",
            yOffset=below + above,
            color=palette.quiet,
            lineBreak="\n",
            lineHeight=LINE_HEIGHT,
        ).encode(x=alt.value(0), text="name:N"),
    ]
    chart = alt.layer(*layers, width="container", height=(named + BAR + GAP) * len(bars))
    subtitle = (
        f"{unit(fall).capitalize()}, from {fall['rows_before']:,} labelled rows of the reference period to "
        f"{fall['rows']:,} of now. The lines sum to the difference; thin: 95 % intervals.{of_record(fall)}"
    )
    drawn: alt.LayerChart = finish(chart, title=finding(fall, lines), subtitle=subtitle, mode=mode)
    return drawn


def unit(fall: FallEntry) -> str:
    """What the numbers are."""
    return "errors in 100 rows" if _share(fall) else "mean error"


def of_record(fall: FallEntry) -> str:
    """How the metric of record moved beside it, where the lines are not counted in it."""
    record = fall.get("record")
    if record is None:
        return ""
    half = max((record[at]["high"] - record[at]["low"]) / 2 for at in ("before", "now"))
    metric = metric_named(record["metric"])
    past, present = (number(metric, record[at]["value"], half) for at in ("before", "now"))
    counted = "errors" if _share(fall) else "the mean error"
    return (
        f" They count {counted} because a single row has no part of its own in {record['label']}, "
        f"which went from {past} to {present}."
    )


def finding(fall: FallEntry, lines: Sequence[AccountLine]) -> str:
    """What most of the growth is, in words; a line beyond all of it with what spares the difference."""
    largest = max(lines, key=lambda line: _worse(fall, line)[0])
    value, low, high = _worse(fall, largest)
    growth = _loss(fall, fall["now"]) - _loss(fall, fall["before"])
    part, whole = amount(value, (high - low) / 2), amount(growth, _half(fall))
    grown = f"{whole} more errors in 100 rows" if _share(fall) else f"Mean error {whole} larger"
    if len(lines) == 1:
        return f"{grown}, all of it {_source(largest)}"
    if value <= growth:
        return f"{grown}, {part} of it {_source(largest)}"
    others = [line for line in lines if line is not largest]
    more, fewer = ("more", "fewer") if _share(fall) else ("larger", "smaller")
    spared = amount(value - growth, (high - low) / 2)
    place = _source(others[0]) if len(others) == 1 else "elsewhere"
    return f"{grown}: {part} {more} {_source(largest)}, {spared} {fewer} {place}"


def _source(line: AccountLine) -> str:
    return SOURCES[line["kind"]].format(names=_names(line))


def _bars(fall: FallEntry, lines: Sequence[AccountLine]) -> pd.DataFrame:
    """The table with where each bar starts and stops, its interval, colour and text."""
    table = account_table(fall, lines)
    values = table["value"].to_numpy()
    reached = values[0] + np.cumsum([0.0, *values[1:-1]])
    table["start"] = [0.0, *reached[:-1], 0.0]
    table["stop"] = [*reached, values[-1]]
    table["left"], table["right"] = table["start"] + table["low"], table["start"] + table["high"]
    table["end"] = table[["start", "stop", "right"]].max(axis=1)
    table["status"] = ["grey", *("red" if value > 0 else "green" for value in values[1:-1]), "grey"]
    table["place"] = range(len(table))
    table["name"] = ["\n".join(wrap(item, LETTERS)) for item in table["item"]]
    table["text"] = [
        _text(fall, value, low, high)
        for value, low, high in zip(values, table["low"], table["high"], strict=True)
    ]
    return table


def _state(line: AccountLine) -> str:
    """Of what is left within chance nothing is suspected."""
    if line["kind"] == "chance":
        return ""
    return line["proof"]["sentence"] if "proof" in line else line["state"]


def _share(fall: FallEntry) -> bool:
    return metric_named(fall["metric"]).unit == "share"


def _loss(fall: FallEntry, value: float) -> float:
    """The mean loss of a row: errors in 100, or the mean error."""
    return 100 * (1 - value) if _share(fall) else value


def _worse(fall: FallEntry, line: AccountLine) -> tuple[float, float, float]:
    """What a line adds to the mean loss, with its interval."""
    factor = -100.0 if _share(fall) else 1.0
    low, high = sorted((factor * line["low"], factor * line["high"]))
    return factor * line["points"], low, high


def _item(line: AccountLine) -> str:
    names = _names(line)
    return f"{WORDS[line['kind']]}: {names}" if names else WORDS[line["kind"]]


def _names(line: AccountLine) -> str:
    return ", ".join(map(column_title, line["features"][:NAMED]))


def _text(fall: FallEntry, value: float, low: float, high: float) -> str:
    if np.isnan(low):
        return amount(value, _half(fall))
    half = (high - low) / 2
    text, start, end = (amount(end, half) for end in (value, low, high))
    return f"{'+' if value > 0 else ''}{text} ({start} to {end})"


def _half(fall: FallEntry) -> float:
    """Half of the interval of the fall: before and now are said as finely."""
    return (100 if _share(fall) else 1) * (fall["high"] - fall["low"]) / 2
