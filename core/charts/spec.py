"""A chart as Vega-Lite with its title apart, which a page keeps and shows again."""

import pickle
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa

from core.charts.theme import with_parts

FIT = {"type": "fit-x", "contains": "padding"}  # the default squeezes title and axes into the height
LABELS, TITLE, LEGEND = 22, 18, 26
"""Pixels of the labels of an axis, of its title, and of a legend, which stands above."""
INNER = ("layer", "vconcat", "hconcat", "concat")


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A chart that was built and found valid.

    Attributes:
        title: the finding; `subtitle`: what is drawn. A page writes both as text, which breaks where the
            page is narrow.
        height: pixels that it will take, about.
        body: Vega-Lite without its title; the tables stand under `datasets`, as a page sends them.
    """

    title: str
    subtitle: str
    height: int
    body: dict[str, Any]


def fingerprint(content: Any) -> str:
    """Another text for anything else: a function of the top level of a module with its tables, or a table.

    Two that are equal may have two (parts of one may be one object): then one more is built.
    """
    return blake2b(pickle.dumps(content), digest_size=16).hexdigest()


def spec(chart: Any) -> ChartSpec:
    """What is drawn by a chart that `theme.finish` gave, just made: its layers lose their tables.

    Altair writes tables cell by cell into the document; by name, as Arrow, they are made once for all
    who see the chart, and times and numbers stay what they are.
    """
    tables: dict[str, pa.Table] = {}
    _name_tables(chart, tables)
    title, subtitle = (" ".join(lines) for lines in (chart.title.text, chart.title.subtitle))
    body = with_parts(chart, title=alt.Undefined, autosize=FIT).to_dict()
    return ChartSpec(title, subtitle, _height(body), {**body, "datasets": tables})


def _height(body: dict[str, Any]) -> int:
    """Of the parts below each other, with what stands around them; 0 where that depends on the data."""
    parts = body.get("vconcat", [body])
    heights: list[float] = [part["height"] for part in parts if isinstance(part.get("height"), (int, float))]
    if not heights:
        return 0
    around = TITLE * _has(body, "x", "title") + LEGEND * _has(body, "legend")
    return round(sum(heights)) + LABELS * len(parts) + around


def _has(part: Any, *path: str) -> bool:
    """Whether a part somewhere has what is named, in an encoding or further in; `None` there switches it off.

    >>> _has({"layer": [{"encoding": {"x": {"axis": {"title": "day"}}}}]}, "x", "title")
    True
    """
    name, *rest = path
    if isinstance(part, list):
        return any(_has(one, *path) for one in part)
    if not isinstance(part, dict):
        return False
    here = part.get(name)
    if here and (not rest or _has(here, *rest)):
        return True
    return any(_has(one, *path) for key, one in part.items() if key not in {"config", "datasets"})


def _as_arrow(table: pd.DataFrame) -> pa.Table:
    """A column of several types is written as text, as Streamlit does."""
    try:
        return pa.Table.from_pandas(table)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        mixed = table.select_dtypes("object").columns
        return pa.Table.from_pandas(table.astype(dict.fromkeys(mixed, str)))


def _name_tables(part: Any, tables: dict[str, pa.Table]) -> None:
    table = getattr(part, "data", alt.Undefined)
    if isinstance(table, pd.DataFrame):
        name = fingerprint(table)  # a page that is drawn anew then knows what changed
        tables[name] = _as_arrow(table)
        part.data = alt.NamedData(name)
    for inner in INNER:
        parts = getattr(part, inner, alt.Undefined)
        for layer in parts if isinstance(parts, list) else ():
            _name_tables(layer, tables)
