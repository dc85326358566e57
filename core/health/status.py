"""How a model stands, and the one word for it on pages, in reports and in messages."""

from typing import Final, Literal

Status = Literal["green", "amber", "red", "grey"]
STATUS_WORD: Final[dict[Status, str]] = {
    "green": "healthy",
    "amber": "watch",
    "red": "worse",
    "grey": "unknown",
}
