"""The row of numbers of the Health page: those that have a value, each with what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.health.page.titles import with_titles
from core.health.performance import format_number
from core.health.performance.formatting import column_title
from core.health.performance.money import Money
from core.health.report.chunk_entries import Number
from core.health.report.document import AlertEntry, HealthDocument
from core.tables import dates

NAMED = 2  # inputs that are named below their number


@dataclass(frozen=True, slots=True)
class Tile:
    """One number.

    Attributes:
        name: what it is.
        value: as text, rounded.
        below: its interval and n, or what it is made of.
        course: over the periods; empty where it has none.
    """

    name: str
    value: str
    below: str
    course: Sequence[float] = ()


def tiles(document: HealthDocument) -> list[Tile]:
    """The numbers that have a value, in the order of the page."""
    parts = (_measured_tile, _estimated_tile, _money, _drift, _missing, _alerts)
    return [tile for part in parts if (tile := part(document)) is not None]


def _measured_tile(document: HealthDocument) -> Tile | None:
    metric, now = document["metric"], document["current"]
    if now is None:
        return None
    series = [c["realised"][metric]["value"] for c in document["chunks"] if metric in c["realised"]]
    below = f"{_between(now, metric, now['n'])}; {_span(now['label'])}"
    return Tile(f"{document['metric_label']}, measured", _brief(now, metric), below, series)


def _estimated_tile(document: HealthDocument) -> Tile | None:
    """The newest estimate; why there is none stands below, where the page says how sure it is."""
    metric = document["metric"]
    chunks = [chunk for chunk in document["chunks"] if metric in chunk["estimated"]]
    if not chunks or "not_estimated" in document["chunks"][-1]:
        return None
    last = chunks[-1]
    value = last["estimated"][metric]
    doubt = "" if value["reliable"] else "; not reliable here"
    if value.get("method") == "few_labels":
        doubt = f"; with the help of {last['labelled']:,} labels"
    below = f"{_between(value, metric, last['n'])}; {_span(last['label'])}{doubt}"
    label = f"{document['metric_label']}, estimated"
    series = [c["estimated"][metric]["value"] for c in chunks]
    return Tile(label, _brief(value, metric), below, series)


def _money(document: HealthDocument) -> Tile | None:
    if document["money"] is None:
        return None
    paid = Money(**document["money"])
    return Tile(f"Cost each {paid.per}", paid.change, f"{paid.span}, against before")


def _span(label: str) -> str:
    """Names of periods, put together.

    >>> _span("Rows 701-800 to Rows 901-1,000"), _span("Jun 2017 to Aug 2017")
    ('rows 701-1,000', 'Jun 2017 to Aug 2017')
    """
    if not label.startswith("Rows "):
        return label
    numbers = label.replace("Rows ", "").replace(" to ", "-").split("-")
    return f"rows {numbers[0]}-{numbers[-1]}"


def _drift(document: HealthDocument) -> Tile | None:
    summary = document["summary"]
    series = [sum(d["flagged"] for d in chunk["drift"].values()) for chunk in document["chunks"]]
    named, more = summary["drifted"][:NAMED], len(summary["drifted"]) - NAMED
    if not summary["features"]:
        return None
    below = (
        ", ".join(map(column_title, named)) + (f" and {more} more" if more > 0 else "")
        or "none in the newest period"
    )
    return Tile("Inputs that moved", f"{len(summary['drifted'])} of {summary['features']}", below, series)


def _missing(document: HealthDocument) -> Tile | None:
    summary = document["summary"]
    now, before = (format_number.share(summary[name]) for name in ("missing", "missing_before"))
    if not summary["features"] or now == before == format_number.share(0):
        return None
    return Tile("Missing values", now, f"{before} in the reference period")


def _alerts(document: HealthDocument) -> Tile | None:
    open_now = open_alerts(document)
    if not open_now:
        return None
    return Tile(
        "Alarms and faults", str(len(open_now)), with_titles(document, describe_alert(document, open_now[0]))
    )


def open_alerts(document: HealthDocument) -> list[AlertEntry]:
    """Those that nobody and nothing has closed."""
    return [alert for alert in document["alerts"] if alert["closed"] is None]


def describe_alert(document: HealthDocument, alert: AlertEntry) -> str:
    """When it was raised and, as the fall is dated back, why that is later; what brought a fault."""
    if alert["rule"] != "performance" or alert["severity"] != "red":
        return f"{alert['sentence']}{_brought(alert)}"
    labels = {chunk["start"]: chunk["label"] for chunk in document["chunks"]}
    raised, onset = labels.get(alert["opened"], dates.day(alert["opened"])), document["onset"]
    if onset is None or onset["label"] == raised:
        return alert["sentence"]
    return f"Raised in {raised}: only then was the fall since {onset['label']} sure enough for an alarm."


def _brought(alert: AlertEntry) -> str:
    """The rows that a fault of a column hit so far, and the delivery that brought it."""
    if "delivery" not in alert:
        return ""
    rows = format_number.count(alert.get("rows", 0), "row")
    return f" So far {rows}; first in {alert['delivery']['name']}."


def _between(value: Number, metric: str, n: int) -> str:
    return format_number.between(value["low"], value["high"], n, metric=metric)


def _brief(value: Number, metric: str) -> str:
    return format_number.brief(value["value"], value["low"], value["high"], metric=metric)
