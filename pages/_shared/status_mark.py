"""How a status is shown: always a mark, a word and a colour together."""

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


def verdict(status: str, sentence: str) -> str:
    """As HTML: the block with the status and the sentence that a stakeholder reads first."""
    return f'<section class="ct-verdict ct-edge-{status}">{chip(status)}<p>{escape(sentence)}</p></section>'
