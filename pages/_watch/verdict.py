"""The four questions of the first screen: since when, where, why, what to do - each answered once."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.health.performance.formatting import segment_name
from core.health.report.document import HealthDocument
from core.health.report.step_entries import describe_worth
from core.health.report.why_entries import SegmentEntry
from core.messages import Code
from pages._shared import dates, format_number, status_mark
from pages._watch.titles import with_titles

SINCE = frozenset({Code.GRADUAL})
WHERE = frozenset({Code.WORST_SEGMENT})
NAMED = frozenset({Code.MOST_LIKELY, Code.PART_OF_FALL})
"""Findings that name a cause."""
WHY = NAMED | {Code.NO_CAUSE, Code.INSIDE_LEADS, Code.INSIDE_WORSE}


def draw(document: HealthDocument) -> None:
    """The verdict, then an answer for each question that has one, then what else was found."""
    lead, *others = document["findings"]
    questions = {
        "Since when": _since(document),
        "Where": _where(document),
        "Why": _why(document),
        "What to do": _steps(document),
    }
    spoken = SINCE | WHERE | WHY
    beside = [finding["sentence"] for finding in others if Code(finding["code"]) not in spoken]
    cells = "".join(f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in questions.items() if text)
    st.html(
        status_mark.verdict(document["status"], [with_titles(document, lead["sentence"])])
        + (f'<dl class="ct-answers">{cells}</dl>' if cells else "")
        + _list("ct-beside", [escape(with_titles(document, sentence)) for sentence in beside])
    )


def _list(kind: str, lines: Sequence[str], label: str = "Also") -> str:
    items = "".join(f"<li>{line}</li>" for line in lines)
    return f'<ul class="{kind}" aria-label="{label}">{items}</ul>' if lines else ""


def _of(document: HealthDocument, codes: frozenset[Code]) -> str:
    """What the findings of these kinds say, as HTML."""
    said_by = [one["sentence"] for one in document["findings"][1:] if Code(one["code"]) in codes]
    return escape(with_titles(document, " ".join(said_by)))


def _since(document: HealthDocument) -> str:
    onset = document["onset"]
    if onset is None:
        return ""
    ends = f"between {dates.day(onset['earliest'])} and {dates.day(onset['latest'])}"
    surely = "" if onset["earliest"] == onset["latest"] else f" <span>{escape(ends)}</span>"
    return f"<b>{escape(onset['label'])}</b>{surely} {_of(document, SINCE)}"


def _where(document: HealthDocument) -> str:
    """The segment that fell most, with its interval, and whether it stands apart."""
    if document["status"] != "red" and not document["losses"]:
        return ""
    segments = document["segments"]
    if not segments:
        return "Cannot tell: no segment is set for this model, or none has enough labels."
    apart = next((segment for segment in segments if segment["apart"]), None)
    if apart is not None:
        return f"<b>{escape(segment_name(apart['column'], apart['value']))}</b> {_change(document, apart)}"
    return f"Everywhere alike; most {_lost_most(document, segments)}"


def _lost_most(document: HealthDocument, segments: Sequence[SegmentEntry]) -> str:
    sign = -1 if document["direction"] == "higher" else 1
    worst = max(segments, key=lambda segment: sign * segment["change"])
    return f"in <b>{escape(segment_name(worst['column'], worst['value']))}</b> {_change(document, worst)}"


def _change(document: HealthDocument, segment: SegmentEntry) -> str:
    metric, low, high = document["metric"], segment["low"], segment["high"]
    past = format_number.brief(segment["before"], low, high, metric=metric)
    present = format_number.brief(segment["now"], low, high, metric=metric)
    fall = format_number.with_interval(segment["change"], low, high, segment["n"], metric=metric)
    return f"{escape(past)} → {escape(present)} <span>{escape(fall)}</span>"


def _why(document: HealthDocument) -> str:
    return _of(document, WHY)


def _steps(document: HealthDocument) -> str:
    """A line for each step: what it takes and what it is worth."""
    lines = [
        f"{escape(with_titles(document, step['sentence']))} <span>{escape(describe_worth([step]))}</span>"
        for step in document["steps"]
    ]
    return _list("ct-steps", lines, "What to do next")
