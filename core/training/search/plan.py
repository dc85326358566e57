"""The plan of a search in numbers: which treatments of the rows in which order, and which recipe is tuned."""

from collections.abc import Collection
from dataclasses import dataclass

from core.training.treatments.treatment import Treatment


@dataclass(frozen=True, slots=True)
class PlanRules:
    """What is tried, and how often.

    Attributes:
        allocation: places of the recipes that are tuned in turn: half of the points go to the best one so
            far, a third to the second; all to the best alone would tune what was lucky with its defaults.
        windows: shares of the newest rows that are learnt from alone, each half of the one before.
        halvings: shares of the rows over which weights halve.
        samples: shares of rows at random by which a learning curve is drawn: two doublings, so that the last
            can be held against the one before.
        most_columns: that are left out one at a time: each costs as much as any other experiment.
        expert_weight: how many times labels of experts count: where they are a tenth of the rows, they weigh
            a third of all. A choice that the experiment itself judges.
        fewest_suspects: fewer suspects, or rows that experts looked at, change no model by more than chance.
    """

    allocation: tuple[int, ...] = (0, 0, 1, 0, 1, 2)
    windows: tuple[float, ...] = (0.5, 0.25)
    halvings: tuple[float, ...] = (0.25,)
    samples: tuple[float, ...] = (0.5, 0.25)
    most_columns: int = 6
    expert_weight: float = 5.0
    fewest_suspects: int = 10


RULES = PlanRules()
TURNED = frozenset({"inside", "mix"})
"""Causes that Health names where the newest rows differ from the older ones in more than single columns."""


def treatments_in_order(
    causes: Collection[str], suspects: int, experts: int, rules: PlanRules = RULES
) -> list[Treatment]:
    """The treatments of the rows, what Health's causes ask for first; only those that change rows.

    Bets on the newest rows only where Health named a cause that older rows do not share: without it they
    are fewer rows for nothing, and a gain in four blocks alike did not hold on the rows to come.

    Args:
        causes: kinds of the causes that Health named.
        suspects: rows whose label is suspected.
        experts: rows whose label experts have settled.
        rules: how much of each.

    >>> [one.kind for one in treatments_in_order({"mix"}, 0, 10)]
    ['decay', 'newest', 'newest', 'experts_weighted', 'corrected_only']
    """
    windows = [Treatment("newest", share) for share in rules.windows]
    decays = [Treatment("decay", share) for share in rules.halvings]
    ordered: list[Treatment] = []
    if TURNED & set(causes):
        ordered += [*decays, *windows] if "mix" in causes else [*windows, *decays]
    if suspects >= rules.fewest_suspects:
        ordered.append(Treatment("without_suspects"))
    if experts >= rules.fewest_suspects:
        ordered += [Treatment("experts_weighted", rules.expert_weight), Treatment("corrected_only")]
    return ordered


def place_to_tune(number: int, recipes: int, rules: PlanRules = RULES) -> int:
    """The place of the recipe whose parameters are tuned next, 0 the best so far.

    Args:
        number: how many points were tuned before.
        recipes: how many can be tuned; at least one.
        rules: whose turn it is.

    >>> [place_to_tune(number, 2) for number in range(6)]
    [0, 0, 1, 0, 1, 1]
    """
    return min(rules.allocation[number % len(rules.allocation)], recipes - 1)
