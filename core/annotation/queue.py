"""How the queue behaves: which items are asked blind, and how fast answers come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import pairwise

BLIND_SHARE = 0.1
"""One item in ten shows nothing beforehand: so the pull of a suggestion can be measured (Berzak 2016)."""

PAUSE = timedelta(minutes=1)
"""A longer gap between two answers is a break, not thinking."""

FRESH = timedelta(minutes=15)
"""A pace older than this says nothing about now."""


def is_blind(row_id: str, share: float = BLIND_SHARE) -> bool:
    """Whether given label and suggestion stay hidden until answered: the same rows on every machine.

    >>> sum(is_blind(str(n)) for n in range(10_000)) // 100
    10
    """
    drawn = int.from_bytes(blake2b(row_id.encode(), digest_size=8).digest())
    return drawn < share * 2**64


def per_minute(moments: Sequence[datetime], at: datetime) -> float | None:
    """Answers a minute over the latest answers, breaks left out; None when nobody answers just now.

    >>> noon = datetime(2024, 1, 1, 12)
    >>> per_minute([noon + timedelta(seconds=10 * n) for n in range(7)], noon + timedelta(minutes=1))
    6.0
    """
    ordered = sorted(moments)
    if len(ordered) < 2 or at - ordered[-1] > FRESH:  # noqa: PLR2004  (a gap has two ends)
        return None
    gaps = [min(later - earlier, PAUSE) for earlier, later in pairwise(ordered)]
    return round(60 * len(gaps) / max(sum(gaps, timedelta()).total_seconds(), 1e-3), 1)
