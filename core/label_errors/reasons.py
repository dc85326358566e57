"""Reasons that hold whatever the labels are: the row, its world, and what its correction is worth."""

from typing import Protocol

from core.label_errors.rules import ReasonRules
from core.label_errors.strategy import Explained
from core.stats.arrays import Bools


class Evidence(Protocol):
    """What such a reason looks at."""

    @property
    def explained(self) -> Explained:
        """The explained rows."""

    @property
    def moved(self) -> Bools:
        """(n,) rows that only contradict the older world."""

    @property
    def rules(self) -> ReasonRules:
        """When a reason is worth a sentence."""


def percent(share: float) -> str:
    """A share for people.

    >>> percent(0.917)
    '92 %'
    """
    return f"{share:.0%}".replace("%", " %")


def unusual(e: Evidence, i: int) -> str | None:
    """The row is far from every other."""
    if not e.explained.near.far[i]:
        return None
    return "Far from everything else: an unusual row, not necessarily wrong"


def changed_relation(e: Evidence, i: int) -> str | None:
    """The world changed, not the label."""
    changed = e.explained.changed
    if changed is None or not e.moved[e.explained.rows[i]]:
        return None
    return f"The relation changed around {changed}: likely not a wrong label"


def worth(e: Evidence, i: int) -> str | None:
    """Correcting it moves the model further than most others do; whether that helps more was not seen."""
    share = float(e.explained.worth[i])
    if share < e.rules.worth:
        return None
    return f"Correcting it moves the model further than {percent(min(share, 0.99))} of the others do"
