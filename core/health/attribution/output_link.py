"""Whether the model's outputs follow the inputs as they did: from rows, whatever became of labels and mix.

In each period the outputs are fitted by the inputs, by a linear model of
`core.health.attribution.input_basis` (least squares; every row's error is that of a fit without it, PRESS:
Allen 1974). Rows of the reference period are weighted so that their inputs, and pairs of those that matter
most, have the mix of now (a linear density ratio, Kline 2011), so that a moved mix explains no difference. A
new model follows its inputs too, by another function; outputs that were given to other rows follow nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.health.attribution.input_basis import Coding, products, table
from core.health.profiles.cell_rows import CellRows
from core.health.profiles.layout import Feature
from core.health.rules import RULES, OutputLinkRules
from core.messages import Code
from core.stats.arrays import Bools, Floats

LINK_CODES = frozenset({Code.LINK_LOST, Code.OTHER_FACTOR})
"""What is said of outputs that do not fit the inputs."""


@dataclass(frozen=True, slots=True)
class LostLink:
    """Outputs that no longer follow the inputs: the share of their variation that these explain."""

    before: float
    now: float


@dataclass(frozen=True, slots=True)
class OtherFactor:
    """Amounts that are another multiple of what such inputs gave."""

    factor: float


def output_misfit(
    features: Sequence[Feature],
    before: CellRows,
    now: CellRows,
    rules: OutputLinkRules = RULES.output_link,
    *,
    amounts: bool = False,
) -> LostLink | OtherFactor | None:
    """What of the outputs does not fit the inputs as it did; None where they do, or nobody can tell.

    Args:
        features: F columns that are not broken.
        before: n rows of the reference period, with the cells of these columns and outputs.
        now: m rows of the window.
        rules: what is a misfit.
        amounts: whether outputs are amounts, which have a factor.
    """
    before, now = _comparable_rows(features, before, now, rules)
    few = min(len(before.losses), len(now.losses))
    if few < rules.enough:
        return None
    past, present = (_outputs(part, rules) for part in (before, now))
    design = _design(features, before, now, past, few // rules.rows_each, rules)
    weights = _weights(*design)
    worth = float(weights.sum() ** 2 / (weights**2).sum())
    if round(worth) < rules.enough or not present.var(0).sum():
        return None
    expected = _fit(design[0], past, weights)
    if expected.explained < rules.explained:
        return None
    actual = _fit(design[1], present, np.ones(len(present)))
    lost = expected.explained - actual.explained
    noise = (expected.variance + actual.variance) ** 0.5
    if lost >= rules.lost * expected.explained and lost > rules.errors * noise:
        return LostLink(expected.explained, max(actual.explained, 0.0))
    return _other_factor(design[1] @ expected.slopes[:, 0], present[:, 0], actual, rules) if amounts else None


def _comparable_rows(
    features: Sequence[Feature], before: CellRows, now: CellRows, rules: OutputLinkRules
) -> tuple[CellRows, CellRows]:
    """The rows with outputs whose inputs lie where those of the reference period lay.

    What others give nobody knows. Where many more rows than before crowd into a cell of a number, which moved
    far or is rounded, they do not lie in it as those of before did.
    """
    masks = [_has_outputs(part) for part in (before, now)]
    for at, feature in enumerate(features):
        past, present = (np.bincount(part.cells[:, at], minlength=feature.size) for part in (before, now))
        inside = range(1, len(feature.edges)) if feature.numeric else ()
        more = rules.crowded * len(now.losses) / len(before.losses)
        unlike = [*feature.strange, *(cell for cell in inside if present[cell] > more * past[cell])]
        masks = [
            mask & ~np.isin(part.cells[:, at], unlike)
            for mask, part in zip(masks, (before, now), strict=True)
        ]
    return before.at(masks[0]), now.at(masks[1])


def _has_outputs(rows: CellRows) -> Bools:
    if rows.outputs is None:
        return np.zeros(len(rows.losses), dtype=bool)
    known: Bools = np.logical_not(np.isnan(rows.outputs).any(axis=1))
    return known


def _outputs(rows: CellRows, rules: OutputLinkRules) -> Floats:
    """(n, C) outputs without the ends of their tails, which a few rows decide."""
    outputs = np.zeros((len(rows.losses), 0)) if rows.outputs is None else rows.outputs
    low, high = np.quantile(outputs, (rules.tail, 1 - rules.tail), axis=0)
    clipped: Floats = np.clip(outputs, low, high)
    return clipped


def _design(
    features: Sequence[Feature],
    before: CellRows,
    now: CellRows,
    outputs: Floats,
    room: int,
    rules: OutputLinkRules,
) -> tuple[Floats, Floats]:
    """(n, p), (m, p) numbers of the columns that outputs follow most, then of pairs, as there is room."""
    fine = Coding(rules.bends, rules.categories, rules.rare)
    coded = [_column_numbers(feature, at, before, now, fine) for at, feature in enumerate(features)]
    alone = [_frequent_numbers(part, rules) for part in coded]
    order = sorted(range(len(features)), key=lambda at: -_follows(alone[at][0], outputs))
    parts = [alone[at] for at in order]
    rough = Coding(*rules.in_pairs, rules.rare)
    first = [_column_numbers(features[at], at, before, now, rough) for at in order[: rules.paired]]
    for one, other in combinations(first, 2):
        parts.append(_frequent_numbers((products(one[0], other[0]), products(one[1], other[1])), rules))
    sizes = np.cumsum([past.shape[1] for past, _ in parts])
    used = [part for part, size in zip(parts, sizes, strict=True) if size < room]
    return (
        np.column_stack([np.ones(len(before.losses)), *(past for past, _ in used)]),
        np.column_stack([np.ones(len(now.losses)), *(present for _, present in used)]),
    )


def _column_numbers(
    feature: Feature, at: int, before: CellRows, now: CellRows, coding: Coding
) -> tuple[Floats, Floats]:
    """(n, k), (m, k) numbers of one column."""
    codes = table(feature, before.cells[:, at], coding)
    return codes[before.cells[:, at]], codes[now.cells[:, at]]


def _frequent_numbers(part: tuple[Floats, Floats], rules: OutputLinkRules) -> tuple[Floats, Floats]:
    """Those that enough rows of the reference period have."""
    some = np.count_nonzero(part[0], axis=0) >= rules.rare
    return part[0][:, some], part[1][:, some]


def _follows(codes: Floats, outputs: Floats) -> float:
    """The variation of the outputs that one column alone explains."""
    if not codes.shape[1]:
        return 0.0
    codes = codes - codes.mean(0)
    fit = np.linalg.lstsq(codes, outputs - outputs.mean(0), rcond=None)[0]
    return float(((codes @ fit) ** 2).sum())


def _weights(before: Floats, now: Floats) -> Floats:
    """(n,) weights, none below 0, that give the rows before the mix of now."""
    inner = before.T @ before / len(before) + RIDGE * np.eye(before.shape[1])
    weights: Floats = np.maximum(before @ np.linalg.solve(inner, now.mean(0)), 0.0)
    return weights / max(float(weights.mean()), RIDGE)


RIDGE = 1e-7
"""Keeps functions that are the same in every row apart."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """(p, C) slopes, the share of the variation that they explain out of sample, its variance."""

    slopes: Floats
    explained: float
    variance: float


def _fit(design: Floats, outputs: Floats, weights: Floats) -> _Fit:
    heavy = design * weights[:, None]
    inverse = np.linalg.inv(heavy.T @ design + RIDGE * len(design) * np.eye(design.shape[1]))
    slopes = inverse @ (heavy.T @ outputs)
    leverage = np.minimum(((design @ inverse) * heavy).sum(1), MOST_LEVERAGE)
    errors = (((outputs - design @ slopes) / (1 - leverage)[:, None]) ** 2).sum(1)
    spread = ((outputs - np.average(outputs, axis=0, weights=weights)) ** 2).sum(1)
    whole = float(np.average(spread, weights=weights))
    left = float(np.average(errors, weights=weights)) / whole if whole else 1.0
    influence = weights * (errors - left * spread) / (whole or 1.0)
    return _Fit(slopes, 1 - left, float((influence**2).sum() / weights.sum() ** 2))


MOST_LEVERAGE = 0.9
"""A row that decides its own fit alone is no measure of it."""


def _other_factor(
    expected: Floats, outputs: Floats, actual: _Fit, rules: OutputLinkRules
) -> OtherFactor | None:
    """The factor where amounts are a multiple of what such inputs gave: a line through nought fits them."""
    spread = expected.var()
    if not spread:
        return None
    factor = float(np.cov(expected, outputs, bias=True)[0, 1] / spread)
    offset = float(outputs.mean() - factor * expected.mean())
    left = outputs - offset - factor * expected
    noise = float((left.var() / len(left) / spread) ** 0.5)
    follows = 1 - float(left.var() / outputs.var()) >= (1 - rules.lost) * actual.explained
    size = float(outputs.std() + abs(outputs.mean()))
    through_nought = abs(offset) <= rules.offset * size
    other = factor > 0 and abs(np.log(factor)) >= np.log(rules.factor)
    if not (follows and through_nought and other and abs(factor - 1) > rules.errors * noise):
        return None
    return OtherFactor(factor)
