"""How a status is shown: always a mark, a word and a colour together."""

from collections.abc import Sequence
from html import escape
from typing import cast

from core.charts.theme import STATUS_ICON, STATUS_WORD, Status


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
