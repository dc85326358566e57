"""How the queue behaves: which items are asked blind, and how fast annotations come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import pairwise

from core.annotation.rules import RULES, AnnotationRules


def is_blind(row_id: str, share: float = RULES.blind_share) -> bool:
    """Whether given label and suggestion stay hidden until annotated: the same rows on every machine.

    >>> sum(is_blind(str(n)) for n in range(10_000)) // 100
    10
    """
    drawn = int.from_bytes(blake2b(row_id.encode(), digest_size=8).digest())
    return drawn < share * 2**64


def steps(ordered: Sequence[datetime], rules: AnnotationRules = RULES) -> list[list[datetime]]:
    """Moments in their order, those that follow each other at once in one step: the annotations of a grid.

    >>> noon = datetime(2024, 1, 1, 12)
    >>> [len(step) for step in steps([noon + timedelta(milliseconds=n) for n in (0, 1, 2, 900, 990, 991)])]
    [3, 1, 2]
    """
    grouped: list[list[datetime]] = []
    for moment in ordered:
        if grouped and moment - grouped[-1][-1] < rules.together:
            grouped[-1].append(moment)
        else:
            grouped.append([moment])
    return grouped


def per_minute(moments: Sequence[datetime], at: datetime, rules: AnnotationRules = RULES) -> float | None:
    """Annotations a minute over the latest ones, breaks left out; None when nobody annotates just now.

    How long the first of them took is not known, nor that of others given together with it.

    >>> noon = datetime(2024, 1, 1, 12)
    >>> per_minute([noon + timedelta(seconds=10 * n) for n in range(7)], noon + timedelta(minutes=1))
    6.0
    """
    ordered = sorted(moments)
    ordered = ordered[len(steps(ordered, rules)[0]) - 1 :] if ordered else []
    if len(ordered) < 2 or at - ordered[-1] > rules.fresh:  # noqa: PLR2004  (a gap has two ends)
        return None
    gaps = [min(later - earlier, rules.pause) for earlier, later in pairwise(ordered)]
    return round(60 * len(gaps) / max(sum(gaps, timedelta()).total_seconds(), 1e-3), 1)
