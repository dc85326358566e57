"""Columns as people read them: a name with spaces for underscores, also inside of a sentence."""

import re

from core.health.performance.formatting import column_title
from core.health.report.document import HealthDocument


def with_titles(document: HealthDocument, sentence: str) -> str:
    """A sentence with the titles of the columns of the document in place of their names.

    >>> document = {"chunks": [{"drift": {"lead_time": {}}}], "segments": [], "causes": []}
    >>> with_titles(document, "lead_time moved; lead_time_2 did not.")
    'lead time moved; lead_time_2 did not.'
    """
    names = {name for name in _columns(document) if column_title(name) != name}
    if not names:
        return sentence
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)({longest_first})(?!\w)", lambda match: column_title(match[1]), sentence)


def _columns(document: HealthDocument) -> set[str]:
    drift = document["chunks"][-1]["drift"] if document["chunks"] else {}
    named = (name for cause in document["causes"] for name in cause["features"])
    return {*drift, *named, *(segment["column"] for segment in document["segments"])}
