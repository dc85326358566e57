"""The four questions of the first screen: since when, where, why, what to do - each answered once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from core.health.page.titles import with_titles
from core.health.performance import format_number
from core.health.performance.formatting import segment_name
from core.health.report.document import HealthDocument
from core.health.report.step_entries import describe_worth
from core.health.report.why_entries import SegmentEntry
from core.messages import Code
from core.tables import dates

SINCE = frozenset({Code.GRADUAL})
WHERE = frozenset({Code.WORST_SEGMENT})
NAMED = frozenset({Code.MOST_LIKELY, Code.PART_OF_FALL})
"""Findings that name a cause."""
WHY = NAMED | {Code.NO_CAUSE, Code.INSIDE_LEADS, Code.INSIDE_WORSE}
Piece: TypeAlias = tuple[str, Literal["strong", "plain", "quiet"]]
"""Words and how they are set; pieces stand a space apart."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the lines that say it; `steps`: they are a list of what to do."""

    name: str
    lines: Sequence[Sequence[Piece]]
    steps: bool = False


def lead(document: HealthDocument) -> str:
    """The verdict itself."""
    return with_titles(document, document["findings"][0]["sentence"])


def questions(document: HealthDocument) -> list[Question]:
    """Those to which there is something to say."""
    steps: list[list[Piece]] = [
        [(with_titles(document, step["sentence"]), "plain"), (describe_worth([step]), "quiet")]
        for step in document["steps"]
    ]
    every = (
        Question("Since when", _lines(_since(document))),
        Question("Where", _lines(_where(document))),
        Question("Why", _lines([(_of(document, WHY), "plain")])),
        Question("What to do", [line for step in steps for line in _lines(step)], steps=True),
    )
    return [question for question in every if question.lines]


def beside(document: HealthDocument) -> list[str]:
    """What else was found."""
    spoken = SINCE | WHERE | WHY
    others = (one["sentence"] for one in document["findings"][1:] if Code(one["code"]) not in spoken)
    return [with_titles(document, sentence) for sentence in others]


def _lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """One line of the pieces that have words; none without any."""
    line = [piece for piece in pieces if piece[0]]
    return [line] if line else []


def _of(document: HealthDocument, codes: frozenset[Code]) -> str:
    """What the findings of these kinds say."""
    sentences = (one["sentence"] for one in document["findings"][1:] if Code(one["code"]) in codes)
    return with_titles(document, " ".join(sentences))


def _since(document: HealthDocument) -> list[Piece]:
    onset = document["onset"]
    if onset is None:
        return []
    ends = f"between {dates.day(onset['earliest'])} and {dates.day(onset['latest'])}"
    surely = "" if onset["earliest"] == onset["latest"] else ends
    return [(onset["label"], "strong"), (surely, "quiet"), (_of(document, SINCE), "plain")]


def _where(document: HealthDocument) -> list[Piece]:
    """The segment that fell most, with its interval, and whether it stands apart."""
    if document["status"] != "red" and not document["losses"]:
        return []
    segments = document["segments"]
    if not segments:
        return [("Cannot tell: no segment is set for this model, or none has enough labels.", "plain")]
    apart = next((segment for segment in segments if segment["apart"]), None)
    if apart is not None:
        return _segment(document, apart)
    sign = -1 if document["direction"] == "higher" else 1
    worst = max(segments, key=lambda segment: sign * segment["change"])
    return [("Everywhere alike; most in", "plain"), *_segment(document, worst)]


def _segment(document: HealthDocument, segment: SegmentEntry) -> list[Piece]:
    metric, low, high = document["metric"], segment["low"], segment["high"]
    past = format_number.brief(segment["before"], low, high, metric=metric)
    present = format_number.brief(segment["now"], low, high, metric=metric)
    fall = format_number.with_interval(segment["change"], low, high, segment["n"], metric=metric)
    name = segment_name(segment["column"], segment["value"])
    return [(name, "strong"), (f"{past} → {present}", "plain"), (fall, "quiet")]
