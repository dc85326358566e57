"""How far inputs moved from the reference period. Drift explains, it does not alarm."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import ROWS, Profile
from core.health.rules import RULES, DriftRules
from core.stats.arrays import Counts, Floats

GROUPS = 10
"""Deciles: the usual number of groups of the population stability index (Siddiqi 2006)."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One feature in one chunk against the reference period.

    Attributes:
        js: Jensen-Shannon distance (base 2, 0-1), without the part that chance alone gives small chunks.
        psi: population stability index over groups of cells.
        p: chi-squared p value, adjusted over the features (Benjamini, Hochberg 1995).
        flagged: significant, large enough, and so in two of the last three chunks.
        comparable: whether the reference period has chunks of this kind; otherwise nothing is flagged.
    """

    js: float
    psi: float
    p: float
    flagged: bool
    comparable: bool = True


def jensen_shannon(a: Counts, b: Counts) -> Floats:
    """Distance of two histograms over the same cells (Lin 1991), less the bias (k-1)(1/n+1/m)/(8 ln 2).

    Args:
        a: (M,) rows in the cells before.
        b: (..., M) rows in the cells now.

    Returns:
        (...) 0 for equal shares (or where one of the two is empty) to 1 for histograms without a common cell.

    >>> float(jensen_shannon(np.array([8000, 2000]), np.array([2000, 8000])).round(3))
    0.527
    """
    from scipy.special import rel_entr

    n, m = np.maximum(a.sum(), 1), np.maximum(b.sum(-1), 1)
    p, q = a / n, b / m[..., None]
    middle = (p + q) / 2
    squared = (rel_entr(p, middle) + rel_entr(q, middle)).sum(-1) / (2 * np.log(2))
    bias = (np.count_nonzero(middle, axis=-1) - 1) * (1 / n + 1 / m) / (8 * np.log(2))
    empty = (b.sum(-1) == 0) | (a.sum() == 0)
    distance: Floats = np.where(empty, 0.0, np.sqrt(np.maximum(0.0, squared - bias)))
    return distance


def groups(reference: Counts) -> Counts:
    """(M,) reference counts -> (M,) number of the group of every cell: about ten, of about equal size.

    >>> groups(np.array([50, 50, 400, 500])).tolist()
    [0, 0, 3, 7]
    """
    share = np.cumsum(reference) - reference / 2
    group: Counts = np.minimum(share * GROUPS // np.maximum(reference.sum(), 1), GROUPS - 1).astype(np.int64)
    return group


def stability_index(a: Counts, b: Counts) -> Floats:
    """Population stability index (Siddiqi 2006) of reference `a` and (..., M) `b`, half a row in every cell.

    >>> float(stability_index(np.array([80, 20]), np.array([20, 80])).round(2))
    1.63
    """
    p, q = (a + 0.5) / (a + 0.5).sum(), (b + 0.5) / (b + 0.5).sum(-1, keepdims=True)
    index: Floats = ((q - p) * np.log(q / p)).sum(-1)
    return index


def chi_squared(*histograms: Counts) -> Floats:
    """(...) p values of "all (..., M) come from one distribution"; 1 when there is nothing to compare.

    >>> before = np.array([500, 500])
    >>> (chi_squared(before, np.array([[505, 495], [600, 400]])) > [0.05, 0.001]).tolist()
    [True, False]
    """
    from scipy.special import chdtrc

    statistic, df = homogeneity(np.stack(np.broadcast_arrays(*histograms), axis=-2))
    p: Floats = np.where(df > 0, chdtrc(np.maximum(df, 1), statistic), 1.0)
    return p


def homogeneity(histograms: Counts) -> tuple[Floats, Counts]:
    """Pearson's statistic of homogeneity (Pearson 1900) of (..., K, M) histograms, and degrees of freedom.

    Cells and histograms without a row do not count; 0 degrees when there is nothing to compare: one cell
    cannot move, one histogram has no other.

    >>> statistic, df = homogeneity(np.array([[30, 10, 0], [10, 30, 0]]))
    >>> float(statistic), int(df)
    (20.0, 1)
    """
    cells, rows = histograms.sum(-2, keepdims=True), histograms.sum(-1, keepdims=True)
    expected = rows * cells / np.maximum(rows.sum(-2, keepdims=True), 1)
    terms = (histograms - expected) ** 2 / np.where(expected > 0, expected, 1.0)
    free_rows, free_cells = (np.maximum((part > 0).sum((-2, -1)) - 1, 0) for part in (rows, cells))
    df = free_rows * free_cells
    return np.where(df > 0, terms.sum((-2, -1)), 0.0), df


def benjamini_hochberg(p: Floats) -> Floats:
    """Adjusted p values (Benjamini, Hochberg 1995).

    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.04, 0.04]
    """
    order = np.argsort(p)[::-1]
    factors = p.size / np.arange(p.size, 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(p[order] * factors), 1)
    return adjusted


def drift(
    layout: Layout,
    reference: Profile,
    chunk: Profile,
    rules: DriftRules = RULES.drift,
    surplus: Mapping[str, float] | None = None,
) -> dict[str, Drift]:
    """Feature -> drift of one chunk (flagged: for this chunk alone); as `drift_of_chunks`."""
    return drift_of_chunks(layout, reference, [chunk], rules, [surplus or {}])[0]


def drift_of_chunks(
    layout: Layout,
    reference: Profile,
    chunks: Sequence[Profile],
    rules: DriftRules,
    surplus: Sequence[Mapping[str, float]],
) -> list[dict[str, Drift]]:
    """Of every chunk: feature -> drift (flagged: for this chunk alone).

    Args:
        layout: the cells of the profiles.
        reference: what the chunks are compared with.
        chunks: their profiles, one or more.
        rules: what is a move.
        surplus: of every chunk: feature -> what is added to the floor of its distance.
    """
    if not layout.features:
        return [{} for _ in chunks]
    before = reference.cells[:, ROWS].astype(np.int64)
    now = np.stack([chunk.cells[:, ROWS] for chunk in chunks]).astype(np.int64)
    moves = [
        _moves(feature, before[rows], now[:, rows])
        for feature, rows in zip(layout.features, layout.slices().values(), strict=True)
    ]
    js, psi, p, unseen = (np.stack(part, axis=-1) for part in zip(*moves, strict=True))  # (chunks, F)
    names = [feature.name for feature in layout.features]
    floors = rules.floor + np.array([[more.get(name, 0.0) for name in names] for more in surplus])
    adjusted = np.stack([benjamini_hochberg(values) for values in p])
    flagged = (adjusted < rules.level) & ((js >= floors) | (unseen >= rules.unseen))
    columns = [part.tolist() for part in (js, psi, adjusted, flagged)]
    return [
        {name: Drift(*move) for name, *move in zip(names, *parts, strict=True)}
        for parts in zip(*columns, strict=True)
    ]


def _moves(feature: Feature, before: Counts, now: Counts) -> tuple[Floats, Floats, Floats, Floats]:
    """(M,) rows before and (chunks, M) now -> (chunks,) js, psi, p, and the share of unseen values more."""
    few, few_now = coarse(feature, before, before), coarse(feature, before, now)
    unseen = few_now[:, -2] / np.maximum(few_now.sum(-1), 1) - few[-2] / np.maximum(few.sum(), 1)
    return jensen_shannon(before, now), stability_index(few, few_now), chi_squared(few, few_now), unseen


def predictions_moved(
    reference: Counts, chunks: Sequence[Counts], rules: DriftRules = RULES.drift
) -> bool | None:
    """Whether the predictions lie elsewhere than in the reference period, by the rule for inputs.

    Args:
        reference: (B,) rows of the reference period by their score or predicted amount.
        chunks: (B,) each: the same of the chunks, oldest first.
        rules: what is a move, and in how many of the last chunks it must show.

    Returns:
        None where rows have no scores.

    >>> before, now = np.array([500, 300, 200]), np.array([200, 300, 500])
    >>> predictions_moved(before, [before, now, now]), predictions_moved(before, [now, before, before])
    (True, False)
    """
    if not reference.sum() or not chunks:
        return None
    group = groups(reference)
    before = np.bincount(group, reference, GROUPS).astype(np.int64)
    moves = []
    for rows in chunks[-rules.of_last :]:
        now = np.bincount(group, rows, GROUPS).astype(np.int64)
        far = jensen_shannon(before, now) >= rules.floor
        moves.append(bool(far and chi_squared(before, now) < rules.level))
    return sum(moves) >= rules.needed


def coarse(feature: Feature, reference: Counts, rows: Counts) -> Counts:
    """(..., M) rows in the cells of a feature -> about ten groups of known values, never seen, missing.

    The groups are of equal size in the (M,) reference period. Values never seen before stay apart: put
    together with a group of known ones they would hide in it.

    >>> town, before = Feature("town", values=("Ulm", "Bonn")), np.array([60, 40, 0, 0])
    >>> coarse(town, before, np.array([10, 20, 5, 1])).tolist()[-2:]
    [5, 1]
    """
    strange = list(feature.strange)
    known = np.delete(np.arange(feature.size - 1), strange)
    group = groups(reference[known])
    inside = rows[..., known] @ (group[:, None] == np.arange(GROUPS)).astype(np.int64)
    beside = (rows[..., strange].sum(-1, keepdims=True), rows[..., -1:])
    grouped: Counts = np.concatenate([inside, *beside], axis=-1).astype(np.int64)
    return grouped


def persistent(
    chunks: Sequence[dict[str, Drift]], usual: Collection[str] = (), rules: DriftRules = RULES.drift
) -> list[dict[str, Drift]]:
    """The drift of consecutive chunks with the rule "in two of the last three chunks" applied.

    `usual` are features that move with time in the reference period too (counters, dates): it is no drift of
    theirs that they go on. A chunk that nothing can be compared with counts neither for nor against drift.
    """
    flags: dict[str, list[bool]] = {}
    ruled = []
    for features in chunks:
        for name, move in features.items():
            if move.comparable:
                flags.setdefault(name, []).append(move.flagged)
        ruled.append(
            {
                name: replace(
                    move,
                    flagged=move.comparable
                    and name not in usual
                    and sum(flags[name][-rules.of_last :]) >= rules.needed,
                )
                for name, move in features.items()
            }
        )
    return ruled
