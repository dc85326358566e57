"""How a status is shown: always a mark, a word and a colour together; and how far a question is."""

from collections.abc import Sequence
from html import escape
from typing import cast

from core.charts.theme import STATUS_ICON
from core.health.performance import format_number
from core.health.status import STATUS_WORD, Status

MARKS = (
    ("green", "●", "Healthy: a loss beyond the tolerance is excluded."),
    ("amber", "◆", "Watch: it cannot be told yet, or something beside it is wrong."),
    ("red", "▼", "Worse: no loss is excluded."),
    ("grey", "○", "Unknown: too few labels to tell."),
    ("green", "▲", "Better than what it is compared with."),
)
LINES = (
    ("━", "Solid line: measured, from labels."),
    ("┅", "Dashed line: estimated, before there are labels."),
    ("▒", "Band around a line: 95 % interval."),
    ("─", "Thin line across: the reference period."),
)
"""Sign -> what it means, the same on every page."""


def _legend() -> str:
    marks = "".join(
        f'<li class="ct-{status}"><span aria-hidden="true">{mark}</span> {text}</li>'
        for status, mark, text in MARKS
    )
    lines = "".join(f'<li><span aria-hidden="true">{mark}</span> {text}</li>' for mark, text in LINES)
    return f'<ul class="ct-legend" aria-label="What the marks and the lines mean">{marks}{lines}</ul>'


LEGEND = _legend()
"""As HTML: mark and word of everything that is drawn."""
WORSE_BETTER = ("worse", "better")
"""The claims whose colours say which of them is good."""
ANY_TIME = "It may be looked at at any time."


def chip(status: str) -> str:
    """As HTML: the mark in its colour and the word in ink.

    >>> chip("red")
    '<span class="ct-chip ct-red"><span aria-hidden="true">▼</span> Worse</span>'
    """
    known = cast("Status", status)
    mark, word = STATUS_ICON[known], STATUS_WORD[known].capitalize()
    return f'<span class="ct-chip ct-{status}"><span aria-hidden="true">{mark}</span> {word}</span>'


def verdict(status: str, sentences: Sequence[str]) -> str:
    """As HTML: the status, what a stakeholder reads first, and below it a line for everything else.

    >>> verdict("green", ["The model is healthy.", "No rows came in May."]).split("</span> Healthy</span>")[1]
    '<p class="ct-lead">The model is healthy.</p><ul><li>No rows came in May.</li></ul></section>'
    """
    lead, *others = map(escape, sentences)
    lines = "".join(f"<li>{sentence}</li>" for sentence in others)
    rest = f"<ul>{lines}</ul>" if lines else ""
    text = f'{chip(status)}<p class="ct-lead">{lead}</p>{rest}'
    return f'<section class="ct-verdict ct-edge-{status}">{text}</section>'


def evidence_bar(progress: float, ends: tuple[str, str], left: int | None, unit: str = "answer") -> str:
    """As HTML: how far a question is that answers decide one by one, and how many more it may take.

    Args:
        progress: -1 is enough for the first of the claims, 1 for the second; 0 shows nothing.
        ends: words for the claims; the first is empty where there is only one.
        left: how many more are expected to decide it; 0: it is decided; None: that cannot be told.
        unit: of what.
    """
    percent, (less, more) = round(100 * progress), map(escape, ends)
    text = f"{abs(percent)} % of the evidence that is needed for {less if percent < 0 else more}"
    side, size = ("ct-less" if percent < 0 else "ct-more"), abs(percent) / 2
    rail, side, size = ("ct-rail ct-both", side, size) if less else ("ct-rail", "ct-one", 2 * size)
    rail = rail if ends == WORSE_BETTER else f"{rail} ct-plain"
    return (
        f'<div class="ct-evidence" role="img" aria-label="{text}"><span>{less}</span>'
        f'<span class="{rail}"><i class="{side}" style="width:{size:g}%"></i></span><span>{more}</span></div>'
        f'<p class="ct-left">{_outlook(left, unit)}</p>'
    )


def _outlook(left: int | None, unit: str) -> str:
    """What is expected.

    >>> _outlook(34, "answer"), _outlook(0, "answer")
    ('About 34 answers more are expected to decide it. It may be looked at at any time.', 'It is decided.')
    """
    if left == 0:
        return "It is decided."
    if left is None:
        return ANY_TIME
    return f"About {format_number.count(left, unit)} more are expected to decide it. {ANY_TIME}"
