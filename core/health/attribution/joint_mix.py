"""What moved inputs cost, all together and each: from rows, where several columns may move together.

With a linear model of the losses before on functions phi of the inputs, mu0(x) = phi(x) b by least squares,
the mix costs the mean over now of mu0(x) less the mean loss before (Oaxaca 1973; Blinder 1973). The same
number is the mean of the losses before under weights w(x) = phi(x) a that give the inputs their means of now:
a linear density ratio (Kline 2011), so it is right where the losses *or* the weights are linear in phi, and
its residual w (loss - mu0) is the debiasing term of Chernozhukov et al. (2022). phi holds every column by
itself and the products of those that moved. Each column's part is its Shapley value over the columns that
moved (Shapley 1953; Feng et al. 2024), those that did not move being one more player.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np

from core.health.attribution.input_basis import Coding, products, table
from core.health.attribution.moved_columns import moved_columns
from core.health.profiles.cell_rows import CellRows
from core.health.profiles.layout import Feature
from core.health.rules import RULES, JointMixRules
from core.stats.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Effect:
    """A cost, and what every row adds to it beyond its mean (its influence function).

    Attributes:
        before: (n,) of the rows of the reference period; now: (m,) of those of the window.
    """

    value: float
    before: Floats
    now: Floats

    @property
    def variance(self) -> float:
        """Of the cost, by both periods."""
        return float(self.before.var() / len(self.before) + self.now.var() / len(self.now))

    def plus(self, other: "Effect") -> "Effect":
        """Both together."""
        return Effect(self.value + other.value, self.before + other.before, self.now + other.now)

    def minus(self, other: "Effect") -> "Effect":
        """This one without the other."""
        return Effect(self.value - other.value, self.before - other.before, self.now - other.now)


@dataclass(frozen=True, slots=True)
class JointMix:
    """What the moved mix adds to the mean loss.

    Attributes:
        whole: of all inputs together.
        columns: positions of those that moved, the most certain first.
        single: what each would cost if it alone had moved; parts: its Shapley value.
    """

    whole: Effect
    columns: tuple[int, ...]
    single: tuple[Effect, ...]
    parts: tuple[Effect, ...]


def joint_mix(
    features: Sequence[Feature], before: CellRows, now: CellRows, rules: JointMixRules = RULES.joint_mix
) -> JointMix | None:
    """The cost of the moved inputs; None where none moved.

    Args:
        features: F columns that may be looked at.
        before: n rows of the reference period, with the cells of these columns.
        now: m rows of the window.
        rules: what counts as moved, and how finely inputs are described.
    """
    moved = moved_columns(features, before.cells, now.cells, rules)[: rules.columns]
    if not moved:
        return None
    rest = [at for at in range(len(features)) if at not in moved]
    design = _design(features, before.cells, now.cells, moved, rest, rules)
    return _shapley(design, before.losses, moved)


def put_back(
    features: Sequence[Feature],
    before: CellRows,
    now: CellRows,
    columns: Sequence[int],
    rules: JointMixRules = RULES.joint_mix,
) -> tuple[Effect, float]:
    """How the losses of now change when weights give some columns their mix of before: an experiment.

    It asks the losses of the window, where `joint_mix` asked those of the reference period.

    Args:
        features: F columns.
        before: rows of the reference period.
        now: rows of the window.
        columns: positions of those whose mix is put back.
        rules: how finely inputs are described.

    Returns:
        The change (its `before` are rows of now), and how many unweighted rows the weighted ones of now are
        worth: the square of the sum of the weights over the sum of their squares (Kish 1965).
    """
    design = _design(features, now.cells, before.cells, columns, [], rules)
    inner = design.before.T @ design.before / len(now.losses) + RIDGE * np.eye(design.before.shape[1])
    weights = design.before @ np.linalg.solve(inner, design.now.mean(0))
    worth = float(weights.sum() ** 2 / (weights**2).sum())
    return _shapley(design, now.losses, columns).whole, worth


@dataclass(frozen=True, slots=True)
class _Design:
    """phi of both periods, (n, p) and (m, p), the first of them 1; and the players that each needs."""

    before: Floats
    now: Floats
    needs: tuple[frozenset[int], ...]
    players: int

    def of(self, players: frozenset[int]) -> Bools:
        """(p,) the functions of these players only."""
        return np.array([needed <= players for needed in self.needs])


def _design(
    features: Sequence[Feature],
    before: Ints,
    now: Ints,
    moved: Sequence[int],
    rest: Sequence[int],
    rules: JointMixRules,
) -> _Design:
    fine, rough = Coding(rules.knots, rules.values, rules.few), Coding(*rules.in_pairs, rules.few)
    parts: list[tuple[frozenset[int], Floats, Floats]] = []

    def add(needs: frozenset[int], past: Floats, present: Floats) -> None:
        known = np.count_nonzero(past, axis=0) >= rules.few
        parts.append((needs, past[:, known], present[:, known]))

    coded = {}
    for player, at in enumerate(moved):
        codes = table(features[at], before[:, at], fine)
        add(frozenset({player}), codes[before[:, at]], codes[now[:, at]])
        codes = table(features[at], before[:, at], rough)
        coded[player] = codes[before[:, at]], codes[now[:, at]]
    for a, b in combinations(range(len(moved)), 2):
        past, present = (products(coded[a][period], coded[b][period]) for period in (0, 1))
        add(frozenset({a, b}), past, present)
    for at in rest[: rules.rest]:
        codes = table(features[at], before[:, at], rough)
        add(frozenset({len(moved)}), codes[before[:, at]], codes[now[:, at]])
    ones = (np.ones((len(before), 1)), np.ones((len(now), 1)))
    room = max(0, len(before) // rules.rows_each - 1)
    sizes = np.cumsum([past.shape[1] for _, past, _ in parts])
    used = [part for part, size in zip(parts, sizes, strict=True) if size <= room]
    needs = [frozenset[int](), *(need for need, past, _ in used for _ in range(past.shape[1]))]
    return _Design(
        np.column_stack([ones[0], *(past for _, past, _ in used)]),
        np.column_stack([ones[1], *(present for *_, present in used)]),
        tuple(needs),
        len(moved) + bool(rest),
    )


def _shapley(design: _Design, losses: Floats, moved: Sequence[int]) -> JointMix:
    """Every subset of the players, from one matrix of products."""
    n, size = design.before.shape
    products_before = design.before.T @ design.before / n
    towards, target = design.before.T @ losses / n, design.now.mean(0)
    subsets = [
        frozenset(members)
        for count in range(design.players + 1)
        for members in combinations(range(design.players), count)
    ]
    slopes, weights = np.zeros((2, size, len(subsets)))
    freedom = np.ones(len(subsets))
    for number, subset in enumerate(subsets):
        used = design.of(subset)
        inner = products_before[np.ix_(used, used)]
        inner = inner + np.diag(np.r_[0.0, np.full(len(inner) - 1, RIDGE)])
        slopes[used, number], weights[used, number] = np.linalg.solve(
            inner, np.column_stack([towards[used], target[used]])
        ).T
        freedom[number] = (n / max(n - used.sum(), 1)) ** 0.5
    residuals = (design.before @ weights) * (losses[:, None] - design.before @ slopes) * freedom
    values, present = target @ slopes, design.now @ slopes

    def effect(shares: Floats) -> Effect:
        """The sum of the values of the subsets by these shares, which sum to 0."""
        return Effect(float(values @ shares), residuals @ shares, present @ shares)

    place = {subset: number for number, subset in enumerate(subsets)}
    nothing, everything = place[frozenset()], place[frozenset(range(design.players))]

    def between(first: int, last: int) -> Effect:
        shares = np.zeros(len(subsets))
        shares[first], shares[last] = -1.0, 1.0
        return effect(shares)

    players = range(len(moved))
    return JointMix(
        between(nothing, everything),
        tuple(moved),
        tuple(between(nothing, place[frozenset({player})]) for player in players),
        tuple(effect(_shares(subsets, place, player, design.players)) for player in players),
    )


RIDGE = 1e-7
"""Keeps functions that are the same in every row apart; far below the part of one row in 20,000."""


def _shares(
    subsets: Sequence[frozenset[int]], place: dict[frozenset[int], int], player: int, players: int
) -> Floats:
    """How often every subset counts in the Shapley value of one player."""
    shares = np.zeros(len(subsets))
    for subset in subsets:
        if player not in subset:
            often = factorial(len(subset)) * factorial(players - len(subset) - 1) / factorial(players)
            shares[place[subset | {player}]] += often
            shares[place[subset]] -= often
    return shares
