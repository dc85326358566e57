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


def jensen_shannon(a: Counts, b: Counts) -> float:
    """Distance of two histograms over the same cells (Lin 1991), less the bias (k-1)(1/n+1/m)/(8 ln 2).

    Args:
        a: (M,) rows in the cells before.
        b: (M,) rows in the cells now.

    Returns:
        0 for equal shares (or where one of the two is empty) to 1 for histograms without a common cell.

    >>> round(jensen_shannon(np.array([8000, 2000]), np.array([2000, 8000])), 3)
    0.527
    """
    n, m = a.sum(), b.sum()
    if not n or not m:
        return 0.0
    p, q = a / n, b / m
    middle = (p + q) / 2
    squared = (_relative(p, middle) + _relative(q, middle)) / 2
    bias = (np.count_nonzero(middle) - 1) * (1 / n + 1 / m) / (8 * np.log(2))
    return float(np.sqrt(max(0.0, squared - bias)))


def _relative(p: Floats, q: Floats) -> float:
    filled = p > 0
    return float((p[filled] * np.log2(p[filled] / q[filled])).sum())


def groups(reference: Counts) -> Counts:
    """(M,) reference counts -> (M,) number of the group of every cell: about ten, of about equal size.

    >>> groups(np.array([50, 50, 400, 500])).tolist()
    [0, 0, 3, 7]
    """
    share = np.cumsum(reference) - reference / 2
    group: Counts = np.minimum(share * GROUPS // np.maximum(reference.sum(), 1), GROUPS - 1).astype(np.int64)
    return group


def stability_index(a: Counts, b: Counts) -> float:
    """Population stability index (Siddiqi 2006) of reference `a` and chunk `b`, half a row in every cell.

    >>> round(stability_index(np.array([80, 20]), np.array([20, 80])), 2)
    1.63
    """
    p, q = (a + 0.5) / (a + 0.5).sum(), (b + 0.5) / (b + 0.5).sum()
    return float(((q - p) * np.log(q / p)).sum())


def chi_squared(*histograms: Counts) -> float:
    """The p value of "all (M,) histograms come from one distribution"; 1 when there is nothing to compare.

    >>> before = np.array([500, 500])
    >>> chi_squared(before, np.array([505, 495])) > 0.05, chi_squared(before, np.array([600, 400])) < 0.001
    (True, True)
    """
    from scipy.stats import chi2

    statistic, df = homogeneity(np.array(histograms))
    return float(chi2.sf(statistic, df)) if df else 1.0


def homogeneity(histograms: Counts) -> tuple[float, int]:
    """Pearson's statistic of homogeneity (Pearson 1900) of (K, M) histograms, and its degrees of freedom.

    Cells and histograms without a row do not count; 0 degrees when there is nothing to compare.

    >>> homogeneity(np.array([[30, 10, 0], [10, 30, 0]]))
    (20.0, 1)
    """
    filled = histograms[:, histograms.sum(axis=0) > 0]
    filled = filled[filled.sum(axis=1) > 0]
    if min(filled.shape) < 2:  # noqa: PLR2004 -- one cell cannot move, one histogram has no other
        return 0.0, 0
    expected = np.outer(filled.sum(axis=1), filled.sum(axis=0)) / filled.sum()
    statistic = ((filled - expected) ** 2 / expected).sum()
    return float(statistic), (filled.shape[0] - 1) * (filled.shape[1] - 1)


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
    """Feature -> drift of one chunk (flagged: for this chunk alone).

    Args:
        layout: the cells of the profiles.
        reference: what the chunk is compared with.
        chunk: its profile.
        rules: what is a move.
        surplus: feature -> what is added to the floor of its distance.
    """
    moves: dict[str, Drift] = {}
    unseen: dict[str, bool] = {}
    for feature, rows in zip(layout.features, layout.slices().values(), strict=True):
        a, b = (profile.cells[rows, ROWS].astype(np.int64) for profile in (reference, chunk))
        few_a, few_b = coarse(feature, a, a), coarse(feature, a, b)
        moves[feature.name] = Drift(
            jensen_shannon(a, b), stability_index(few_a, few_b), chi_squared(few_a, few_b), flagged=False
        )
        strange = few_b[-2] / max(few_b.sum(), 1) - few_a[-2] / max(few_a.sum(), 1)
        unseen[feature.name] = bool(strange >= rules.unseen)
    if not moves:
        return moves
    adjusted = benjamini_hochberg(np.array([move.p for move in moves.values()]))
    floors = {name: rules.floor + (surplus or {}).get(name, 0.0) for name in moves}
    large = {name: move.js >= floors[name] or unseen[name] for name, move in moves.items()}
    return {
        name: replace(move, p=float(p), flagged=bool(p < rules.level and large[name]))
        for (name, move), p in zip(moves.items(), adjusted, strict=True)
    }


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
        moves.append(far and chi_squared(before, now) < rules.level)
    return sum(moves) >= rules.needed


def coarse(feature: Feature, reference: Counts, rows: Counts) -> Counts:
    """(M,) rows in the cells of a feature -> about ten groups of known values, never seen before, missing.

    The groups are of equal size in the reference period. Values never seen before stay apart: put together
    with a group of known ones they would hide in it.

    >>> town, before = Feature("town", values=("Ulm", "Bonn")), np.array([60, 40, 0, 0])
    >>> coarse(town, before, np.array([10, 20, 5, 1])).tolist()[-2:]
    [5, 1]
    """
    strange = list(feature.strange)
    known = np.delete(np.arange(feature.size - 1), strange)
    inside = np.bincount(groups(reference[known]), rows[known], GROUPS)
    grouped: Counts = np.array([*inside, rows[strange].sum(), rows[-1]], dtype=np.int64)
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
