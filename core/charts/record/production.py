"""The timeline of production: versions as bars, what happened as marks."""

from datetime import UTC, datetime
from typing import Any, Protocol

import altair as alt
import pandas as pd

from core.charts.theme import PALETTE, Mode, finish
from core.tables.chunks import day

SELECTION = "decision"
ROW = 30
ROOM = 12
"""Pixels that a mark at an end keeps clear of the names of the lanes."""
AT_MIDNIGHT = "hours(datum.value) + minutes(datum.value) == 0"
DAY_OR_TIME = f"timeFormat(datum.value, {AT_MIDNIGHT} ? '%d %b %Y' : '%d %b %H:%M')"
"""Of ticks between two days the time too, of 24 hours as everywhere."""
MOST = 12
"""Versions that are drawn; older ones are in the table."""
LABELS, ALARMS = "labels", "alarms"
"""Lanes below the versions."""
SHAPES = {
    "first version": ("circle", "grey"),
    "promotion": ("triangle-up", "green"),
    "override": ("diamond", "amber"),
    "rollback": ("triangle-down", "red"),
    "refused": ("cross", "grey"),
    "declined": ("cross", "grey"),
    "lapsed": ("cross", "grey"),
    "revision": ("square", "grey"),
    "alarm": ("stroke", "red"),
}
"""Kind of a mark -> shape and colour: a shape of its own, so that colour is never alone."""


class Stay(Protocol):
    """A version in production, from one change to the next."""

    @property
    def number(self) -> int:
        """Of the deployment."""

    @property
    def version(self) -> str:
        """That was live."""

    @property
    def start(self) -> datetime:
        """From then."""

    @property
    def until(self) -> datetime | None:
        """To then; None while it is live."""


class Mark(Protocol):
    """Something that happened."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def kind(self) -> str:
        """What it is."""

    @property
    def version(self) -> str:
        """That it is about; empty for labels and alarms."""

    @property
    def sentence(self) -> str:
        """In words."""

    @property
    def number(self) -> int | None:
        """Of the deployment, where it is one."""


class Past(Protocol):
    """The past of production."""

    @property
    def stays(self) -> list[Any]:
        """`Stay`s, oldest first."""

    @property
    def marks(self) -> list[Any]:
        """`Mark`s, oldest first."""

    @property
    def earlier(self) -> int:
        """Alarms in data of before the first version."""


def chart(past: Past, now: datetime, mode: Mode) -> Any:
    """A lane for each of the newest versions, the live one on top; a click on a bar or mark selects it."""
    palette = PALETTE[mode]
    versions = list(dict.fromkeys(stay.version for stay in reversed(past.stays)))[:MOST]
    bars, marks = _bars(past, versions, now), _marks(past, versions)
    beside = [lane for lane in (LABELS, ALARMS) if lane in set(marks["lane"])]
    lanes = [*(f"version {version}" for version in versions), *beside]
    axis = alt.Axis(title=None, tickCount=4, labelFlush=True, labelExpr=DAY_OR_TIME)
    x = alt.X("start:T", axis=axis, scale=alt.Scale(padding=ROOM))
    y = alt.Y("lane:N", sort=lanes, scale=alt.Scale(domain=lanes), axis=alt.Axis(title=None, ticks=False))
    bar = alt.Chart(bars).mark_bar(height=ROW * 0.45, cornerRadius=2)
    drawn = bar.encode(
        x=x,
        x2=alt.X2("end"),
        y=y,
        color=alt.condition("datum.live", alt.value(palette.accent), alt.value(palette.status["grey"])),
        tooltip=[
            alt.Tooltip("lane:N", title="in production"),
            alt.Tooltip("start:T", title="from", format="%d %b %Y %H:%M"),
            alt.Tooltip("until:N", title="until"),
        ],
    ).add_params(alt.selection_point(name=SELECTION, fields=["number"]))
    kinds = [kind for kind in SHAPES if kind in set(marks["kind"])]
    point = alt.Chart(marks).mark_point(
        filled=True, size=110, opacity=1, stroke=palette.ground, strokeWidth=1
    )
    points = point.encode(
        x=x,
        y=y,
        shape=alt.Shape("kind:N", scale=_scale(kinds, [SHAPES[kind][0] for kind in kinds])),
        color=alt.Color(
            "kind:N",
            scale=_scale(kinds, [palette.status[SHAPES[kind][1]] for kind in kinds]),  # type: ignore[index]
            legend=alt.Legend(title=None, columns=4),
        ),
        tooltip=[
            alt.Tooltip("kind:N", title="what"),
            alt.Tooltip("sentence:N", title="which"),
            alt.Tooltip("start:T", title="when", format="%d %b %Y %H:%M"),
        ],
    )
    both = alt.layer(drawn, points).properties(height=ROW * len(lanes))
    return finish(both, title=title(past), subtitle=_subtitle(past, versions), mode=mode)


def _scale(kinds: list[str], values: list[Any]) -> alt.Scale:
    return alt.Scale(domain=kinds, range=values)


def table(past: Past) -> pd.DataFrame:
    """The marks as a table, newest first."""
    rows = [
        {"when": _plain(mark.at), "what": mark.kind, "version": mark.version, "which": mark.sentence}
        for mark in reversed(past.marks)
    ]
    return pd.DataFrame(rows, columns=["when", "what", "version", "which"])


def title(past: Past) -> str:
    """What is live and since when, and how often it changed."""
    if not past.stays:
        return "Nothing is in production yet"
    live, before = past.stays[-1], len(past.stays) - 1
    changes = f", after {before} {'change' if before == 1 else 'changes'}" if before else ""
    return f"Version {live.version} is live since {day(live.start)}{changes}"


def _subtitle(past: Past, versions: list[str]) -> str:
    older = len({stay.version for stay in past.stays}) - len(versions)
    are = "version is" if older == 1 else "versions are"
    hidden = f" {older} older {are} in the table." if older > 0 else ""
    are = "alarm in older data is" if past.earlier == 1 else "alarms in older data are"
    alarms = f" {past.earlier} {are} on Health's timeline." if past.earlier else ""
    bars = "Bars: in production; blue is live. Click one to see what was known when it was decided."
    return f"{bars}{hidden}{alarms}"


def _plain(at: datetime) -> datetime:
    """A moment in UTC without its zone: a browser would move it into its own."""
    return at.astimezone(UTC).replace(tzinfo=None)


def _bars(past: Past, versions: list[str], now: datetime) -> pd.DataFrame:
    rows = [
        {
            "lane": f"version {stay.version}",
            "start": _plain(stay.start),
            "end": _plain(stay.until or now),
            "until": f"{stay.until:%d %b %Y %H:%M}" if stay.until else "now",
            "live": stay.until is None,
            "number": stay.number,
        }
        for stay in past.stays
        if stay.version in versions
    ]
    return pd.DataFrame(rows, columns=["lane", "start", "end", "until", "live", "number"])


def _marks(past: Past, versions: list[str]) -> pd.DataFrame:
    lanes = {"revision": LABELS, "alarm": ALARMS}
    rows = [
        {
            "lane": lanes.get(mark.kind, f"version {mark.version}"),
            "start": _plain(mark.at),
            "kind": mark.kind,
            "sentence": mark.sentence,
            "number": mark.number,
        }
        for mark in past.marks
        if mark.kind in lanes or mark.version in versions
    ]
    return pd.DataFrame(rows, columns=["lane", "start", "kind", "sentence", "number"])
