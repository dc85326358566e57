"""Names in scripts that are written from right to left, inside sentences that are not."""

import unicodedata

OPEN, CLOSE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
TURNING = frozenset({"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "RLI", "LRI", "FSI"})
"""Bidirectional classes of characters that can move what stands beside them (UAX #9)."""


def isolate(name: str) -> str:
    """The name, set apart where it holds such characters: numbers and marks beside it keep their places.

    >>> isolate("yes"), isolate("\N{HEBREW LETTER ALEF}") == f"{OPEN}\N{HEBREW LETTER ALEF}{CLOSE}"
    ('yes', True)
    """
    turning = any(unicodedata.bidirectional(character) in TURNING for character in name)
    return f"{OPEN}{name}{CLOSE}" if turning else name
