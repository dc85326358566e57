"""Parts of the Health page as HTML, for the page and for the report."""

from collections.abc import Sequence
from html import escape

from core.charts import sparkline
from core.health.page import questions as words
from core.health.page.tiles import Tile
from core.health.report.document import HealthDocument

TAGS = {"strong": "<b>{}</b>", "quiet": "<span>{}</span>", "plain": "{}"}


def numbers(tiles: Sequence[Tile]) -> str:
    """A row of numbers."""
    cells = "".join(number_cell(tile.name, tile.value, tile.below, tile.course) for tile in tiles)
    return f'<dl class="ct-metrics">{cells}</dl>'


def number_cell(name: str, value: str, below: str, course: Sequence[float] = ()) -> str:
    """One number of such a row: its name, what it rests on, its course."""
    return (
        f"<div><dt>{escape(name)}</dt><dd><b>{escape(value)}</b></dd>"
        f"<dd>{escape(below)}{sparkline.line(course)}</dd></div>"
    )


def questions(document: HealthDocument) -> str:
    """What is said to each question, then what else was found."""
    cells = "".join(
        f"<div><dt>{one.name}</dt><dd>{_text(one)}</dd></div>" for one in words.questions(document)
    )
    return (f'<dl class="ct-answers">{cells}</dl>' if cells else "") + _list(
        "ct-beside", list(map(escape, words.beside(document))), "Also"
    )


def _text(question: words.Question) -> str:
    lines = [" ".join(TAGS[how].format(escape(text)) for text, how in line) for line in question.lines]
    return _list("ct-steps", lines, "What to do next") if question.steps else " ".join(lines)


def _list(kind: str, lines: Sequence[str], label: str) -> str:
    items = "".join(f"<li>{line}</li>" for line in lines)
    return f'<ul class="{kind}" aria-label="{label}">{items}</ul>' if lines else ""
