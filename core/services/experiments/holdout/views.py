"""What people are told of a holdout: how far it is used up, and that another one took its place."""

from dataclasses import dataclass

from typing_extensions import TypedDict

from core.services.experiments.views import HoldoutEntry


@dataclass(frozen=True, slots=True)
class HoldoutBudget:
    """How far the holdout in use is used up.

    Attributes:
        first: place of its first row; `last` of its last one.
        challengers: versions with which it was looked at; after `most` of them a further one proves nothing.
    """

    number: int
    rows: int
    first: str
    last: str
    challengers: tuple[str, ...]
    most: int

    @property
    def is_used_up(self) -> bool:
        """Whether it must be freshened before another version can be compared."""
        return len(self.challengers) >= self.most

    def lets(self, challenger: str | None) -> bool:
        """Whether a version can be compared on it."""
        return challenger is not None and (not self.is_used_up or challenger in self.challengers[: self.most])


class FreshenDocument(TypedDict):
    """A holdout that was frozen anew."""

    holdout: HoldoutEntry
    """The new holdout."""
    replaces: int
    """Number of the one before."""
    looks: int
    """Comparisons that had looked at that one."""
    left_out: int
    """Newer rows that equal an older row in content, and so were left out."""
