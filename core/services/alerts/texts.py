"""What destinations read: the sentences of the finding, with what became of the alert before them."""

import re
from typing import Any

from core.health.report.document import HealthDocument
from core.model import ModelSpec
from core.store.tables import Alert

TITLES = {
    "opened": "alert",
    "worse": "got worse",
    "reminded": "still open",
    "closed": "over",
}
"""What became of an alert -> its word in the title."""
TYPES = {"red": "failure", "amber": "warning"}
"""Severity -> Apprise's type of a message, which places show as a colour or a mark."""
MOST = 3_000
"""Characters of a text: every place that Apprise knows takes as many in one piece or cuts it itself."""
CALL = re.compile(r"@(?=\w)")
JOINER = "\N{WORD JOINER}"
BRACKETS = str.maketrans("<>", "\u2039\u203a")


def write(spec: ModelSpec, alert: Alert, action: str, document: HealthDocument | None) -> dict[str, Any]:
    """The message about an alert, as a JSON document: title, text, type, and what programs read."""
    lines = [alert.sentence]
    if action == "closed":
        lines = [f"No longer so: {alert.sentence}"]
    elif document is not None and alert.severity == "red" and document["suggestion"]:
        lines.append(f"What to do: {document['suggestion']}")
    lines.append(f"Alert {alert.id} of {spec.name}.")
    return {
        "title": harmless(f"{spec.name}: {TITLES[action]}"),
        "text": harmless("\n".join(lines))[:MOST],
        "type": "success" if action == "closed" else TYPES[alert.severity],
        "model": spec.name,
        "alert": alert.id,
        "action": action,
    }


def harmless(text: str) -> str:
    """The text without what places read as a call to people or as markup: it holds names from the data.

    >>> harmless("<!channel> @here: mail a@b.org").replace(JOINER, "|")
    '‹!channel› @|here: mail a@|b.org'
    """
    return CALL.sub(f"@{JOINER}", text.translate(BRACKETS))
