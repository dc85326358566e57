"""The look that all charts share: ground, ink, status and series colours, one way to finish a chart."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Literal

import altair as alt

from core.health.status import Status

Mode = Literal["light", "dark"]

FONT = '"Source Sans", Arial, "Liberation Sans", "DejaVu Sans", sans-serif'
TITLE_LETTERS = 46  # fits 390 pixels at TITLE_SIZE
SUBTITLE_LETTERS = 58
TITLE_SIZE = 15
TEXT_SIZE = 12


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one mode. Marks have a contrast of at least 3 on `ground`, text colours of at least 4.5.

    Attributes:
        ground: background; `ink`: text; `quiet`: secondary text; `grid`: rules that must not shout.
        accent: what can be clicked, and the one series that matters.
        status: green | amber | red | grey -> colour of marks; always together with a word and an icon.
        series: further series, in order (Okabe-Ito, darkened for the light ground).
    """

    ground: str
    ink: str
    quiet: str
    grid: str
    accent: str
    status: dict[Status, str]
    series: tuple[str, ...]


PALETTE: dict[Mode, Palette] = {
    "light": Palette(
        ground="#FCFCFA",
        ink="#1F2328",
        quiet="#57606A",
        grid="#E4E4DF",
        accent="#0072B2",
        status={"green": "#009E73", "amber": "#B57600", "red": "#D55E00", "grey": "#7A828C"},
        series=("#0072B2", "#C04F00", "#00795A", "#A8527F", "#8F5D00", "#6B4C9A"),
    ),
    "dark": Palette(
        ground="#171614",
        ink="#ECEAE6",
        quiet="#A9A59E",
        grid="#3A3835",
        accent="#56B4E9",
        status={"green": "#009E73", "amber": "#E69F00", "red": "#D55E00", "grey": "#8A929C"},
        series=("#56B4E9", "#F07B3A", "#3CC79B", "#CC79A7", "#E69F00", "#F0E442"),
    ),
}

STATUS_ICON: dict[Status, str] = {"green": "●", "amber": "◆", "red": "▼", "grey": "○"}
RING = "M1,0A1,1,0,1,1,-1,0A1,1,0,1,1,1,0M0.6,0A0.6,0.6,0,1,0,-0.6,0A0.6,0.6,0,1,0,0.6,0Z"
STATUS_SHAPE: dict[Status, str] = {
    "green": "circle",
    "amber": "diamond",
    "red": "triangle-down",
    "grey": RING,
}
"""The same marks in charts."""


def finish(chart: Any, *, title: str, subtitle: str, mode: Mode) -> Any:
    """The chart with its finding as the title, what is drawn as the subtitle, and the look of the mode.

    Works on any top-level Altair chart. Draw it with `theme=None`, so that Streamlit adds nothing.
    """
    palette = PALETTE[mode]
    return with_parts(
        chart,
        title=alt.TitleParams(
            wrap(title, TITLE_LETTERS), subtitle=wrap(subtitle, SUBTITLE_LETTERS), anchor="start", offset=10
        ),
        background=palette.ground,
        padding={"left": 0, "right": 4, "top": 4, "bottom": 4},
        config=alt.Config(**_config(palette)),
    )


def with_parts(chart: Any, **parts: Any) -> Any:
    """The same chart, just made, with these top-level parts: Altair's own methods copy all of its layers."""
    for name, part in parts.items():
        setattr(chart, name, part)
    return chart


def inner_axis(title: str | None = None, **options: Any) -> alt.Axis:
    """A y axis whose labels stand inside the plot, so that stacked charts keep the width of the page."""
    return alt.Axis(
        title=title,
        orient="left",
        labelAlign="left",
        labelBaseline="bottom",
        labelPadding=-2,
        labelOffset=-2,
        ticks=False,
        domain=False,
        labelExpr="replace(datum.label, '%', ' %')",
        **options,
    )


def _config(palette: Palette) -> dict[str, Any]:
    text = {"color": palette.ink, "fontSize": TEXT_SIZE}
    return {
        "font": FONT,
        "view": {"stroke": None},
        "text": text,
        "range": {"category": list(palette.series)},
        "title": {
            "color": palette.ink,
            "fontSize": TITLE_SIZE,
            "fontWeight": 600,
            "subtitleColor": palette.quiet,
            "subtitleFontSize": TEXT_SIZE,
            "subtitlePadding": 4,
        },
        "axis": {
            "labelColor": palette.quiet,
            "titleColor": palette.quiet,
            "labelFontSize": TEXT_SIZE,
            "titleFontSize": TEXT_SIZE,
            "titleFontWeight": "normal",
            "gridColor": palette.grid,
            "domainColor": palette.grid,
            "tickColor": palette.grid,
        },
        "axisX": {"grid": False},
        "legend": {"labelColor": palette.ink, "titleColor": palette.quiet, "orient": "top", "labelLimit": 0},
        "header": {"labelColor": palette.ink, "titleColor": palette.quiet},
    }
