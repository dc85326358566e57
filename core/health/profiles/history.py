"""What the findings are made from: the profiles of the reference period and of the chunks since."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import TypeAlias

from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile

Segment: TypeAlias = tuple[str, str]
"""Column and value."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk: its key, its profile, those of its segments and of the versions that answered in it."""

    key: str
    profile: Profile
    segments: dict[Segment, Profile] = field(default_factory=dict)
    versions: dict[str, Profile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """Chunks in order of time. The reference period may be the training window or the first log chunks.

    Attributes:
        trained: whether the reference chunks are training rows with out-of-fold answers.
        fresh: positions in the log from which on another version answers.
        scored_here: whether Caretaker makes the predictions of the log, so that no service can mix them up.
    """

    layout: Layout
    reference: tuple[Chunk, ...]
    log: tuple[Chunk, ...]
    trained: bool = True
    fresh: tuple[int, ...] = ()
    scored_here: bool = False


def pool(chunks: Sequence[Chunk], layout: Layout) -> Profile:
    """The profile of all these chunks together.

    >>> layout = Layout(("no", "yes"), 8)
    >>> pool([Chunk("2024-01", Profile.empty(layout))] * 2, layout).n
    0
    """
    return reduce(add, (chunk.profile for chunk in chunks), Profile.empty(layout))


def pool_segments(chunks: Sequence[Chunk]) -> dict[Segment, Profile]:
    """The profile of every segment over all these chunks.

    >>> part = Profile.empty(Layout(("no", "yes"), 8))
    >>> list(pool_segments([Chunk("a", part, {("town", "Ulm"): part}), Chunk("b", part)]))
    [('town', 'Ulm')]
    """
    totals: dict[Segment, Profile] = {}
    for chunk in chunks:
        for segment, profile in chunk.segments.items():
            totals[segment] = totals[segment] + profile if segment in totals else profile
    return totals
