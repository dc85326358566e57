"""What is told of two classes that experts confuse, of a rule that tells them apart, and of its effect."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from typing_extensions import TypedDict

from core.annotation.rules import RULES
from core.services.annotation.items import ItemPayload


class SideView(TypedDict):
    """One of two classes that experts confuse."""

    label: str
    """The class."""
    rows: int
    """Rows for which it and one other class were chosen."""
    value: float
    """Share of them in which the other class was that of the pair."""
    low: float
    """Lower end of its interval; those of all pairs hold together in 95 % of the cases."""
    high: float
    """Upper end."""
    chance: float
    """The share if all classes were confused alike."""


class ConfusedView(TypedDict):
    """The two classes that experts confuse most."""

    classes: list[str]
    """The two."""
    rows: int
    """Rows for which these two were chosen."""
    differ: int
    """Rows for which two classes were chosen, these or others."""
    sides: list[SideView]
    """Each of the two; empty where experts chose two classes only."""
    named: bool
    """Whether they are confused beyond chance; else it cannot be told yet which two are."""


class DifferView(TypedDict):
    """How often two experts who chose one of two classes chose different ones."""

    value: float
    """Share of their pairs of votes on a row, mean over rows; 0 without a row."""
    low: float
    """Lower end of its 95 % interval."""
    high: float
    """Upper end."""
    rows: int
    """Rows that two experts or more labelled, all as one of the two classes."""


class RuleEffect(TypedDict):
    """How far experts agree on two classes before and after a rule."""

    number: int
    """Of the rule: the entry of the audit trail that proposed it."""
    classes: list[str]
    """The two classes."""
    adopted_at: str
    """When it became part of the guideline (UTC, ISO 8601)."""
    before: DifferView
    """Rows as experts had labelled them then."""
    after: DifferView
    """Rows that nobody had labelled then."""
    change: Literal["less", "more"] | None
    """Whether they differ less or more since; null while it cannot be told."""


@dataclass(frozen=True, slots=True)
class RuleExample:
    """An item that experts settled as one class and somebody took for the other.

    Attributes:
        other: how many chose the other class, of `votes`.
    """

    item: ItemPayload
    other: int
    votes: int


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule, for a person who reads it.

    Attributes:
        number: of the rule.
        adopted_by: None while it waits; then it is the newest one of its classes.
        may_adopt: whether this person may agree to it.
        alone: whether who proposed it may, as the only expert.
        in_guideline: whether its line stands in the guideline.
    """

    number: int
    classes: tuple[str, str]
    sentence: str
    proposed_by: str
    proposed_at: datetime
    adopted_by: str | None
    adopted_at: datetime | None
    may_adopt: bool
    alone: bool
    in_guideline: bool


def confused_sentence(pair: ConfusedView | None) -> str:
    """Which two classes are confused most, and how that is known.

    >>> side: SideView = {"label": "4", "rows": 40, "value": 0.775, "low": 0.5, "high": 0.94, "chance": 0.12}
    >>> sides = [side, {**side, "label": "9", "rows": 38, "value": 0.816}]
    >>> pair: ConfusedView = {"classes": ["4", "9"], "rows": 31, "differ": 60, "sides": sides, "named": True}
    >>> print(confused_sentence(pair))
    Experts confuse 4 and 9 most: of 60 rows with two labels 31 have these. Where one is 4 the other is 9 in \
78 % of 40 (50 to 94 %; 12 % by chance), where one is 9 it is 4 in 82 % of 38 (50 to 94 %; 12 % by chance).
    >>> confused_sentence({**pair, "named": False})
    'Which classes experts confuse most cannot be told yet: 60 rows have two labels.'
    >>> confused_sentence({**pair, "sides": []})
    'Experts confuse 4 and 9: 31 rows have both labels.'
    """
    if pair is None or not pair["named"]:
        number = pair["differ"] if pair else 0
        rows = f"{number:,} {'row has' if number == 1 else 'rows have'} two labels"
        return f"Which classes experts confuse most cannot be told yet: {rows}."
    one, other = pair["classes"]
    if not pair["sides"]:
        return f"Experts confuse {one} and {other}: {pair['rows']:,} rows have both labels."
    first, second = map(_side, pair["sides"])
    return (
        f"Experts confuse {one} and {other} most: of {pair['differ']:,} rows with two labels "
        f"{pair['rows']:,} have these. Where one is {one} the other is {other} in {first}, where one is "
        f"{other} it is {one} in {second}."
    )


def _side(one: SideView) -> str:
    between = f"{100 * one['low']:.0f} to {100 * one['high']:.0f} %"
    return f"{100 * one['value']:.0f} % of {one['rows']:,} ({between}; {100 * one['chance']:.0f} % by chance)"


def effect_sentence(effect: RuleEffect) -> str:
    """How far experts agree on two classes before and after a rule.

    >>> before: DifferView = {"value": 0.31, "low": 0.21, "high": 0.43, "rows": 62}
    >>> after: DifferView = {"value": 0.05, "low": 0.01, "high": 0.16, "rows": 41}
    >>> when = "2026-11-20T08:00:00+00:00"
    >>> effect: RuleEffect = {"number": 7, "classes": ["4", "9"], "adopted_at": when, "before": before,
    ...                       "after": after, "change": "less"}
    >>> print(effect_sentence(effect))
    4 or 9, rule of 2026-11-20: two experts differed on 31 % of 62 rows before (21 to 43 %), on 5 % of 41 \
since (1 to 16 %). They differ less.
    >>> effect_sentence({**effect, "after": {**after, "rows": 3}, "change": None})[28:]
    'whether experts differ less since cannot be told yet (62 rows before, 3 since; 20 of each are needed).'
    """
    before, after = effect["before"], effect["after"]
    about = f"{' or '.join(effect['classes'])}, rule of {effect['adopted_at'][:10]}"
    least = RULES.pairs.least_side
    if min(before["rows"], after["rows"]) < least:
        rows = f"{before['rows']:,} rows before, {after['rows']:,} since; {least} of each are needed"
        return f"{about}: whether experts differ less since cannot be told yet ({rows})."
    outcome = f"They differ {effect['change']}" if effect["change"] else "That may be chance"
    rows = f"{_share(before, ' rows before')}, on {_share(after, ' since')}"
    return f"{about}: two experts differed on {rows}. {outcome}."


def _share(known: DifferView, when: str) -> str:
    between = f"{100 * known['low']:.0f} to {100 * known['high']:.0f} %"
    return f"{100 * known['value']:.0f} % of {known['rows']:,}{when} ({between})"
