"""Which inputs moved, alone or a pair together while each of them stayed: chi-squared tests on rows."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from core.health.attribution.input_basis import coarse_groups
from core.health.change.drift import homogeneity
from core.health.profiles.layout import Feature
from core.health.rules import JointMixRules
from core.stats.arrays import Ints


def moved_columns(features: Sequence[Feature], before: Ints, now: Ints, rules: JointMixRules) -> list[int]:
    """Positions of the columns that moved beyond chance, the most certain first.

    A pair has moved where its common table moved by more than its two columns did (the part of Pearson's
    statistic that is theirs together; Lancaster 1949).

    Args:
        features: F columns.
        before: (n, F) cells in the reference period.
        now: (m, F) cells in the window.
        rules: the level, which all columns share, and all pairs (Bonferroni 1936).
    """
    from scipy.stats import chi2

    groups = coarse_groups(features, before, rules.groups)
    size = rules.groups + 1
    parts = [
        np.column_stack([group[part[:, at]] for at, group in enumerate(groups)]) for part in (before, now)
    ]
    alone = [_statistic([part[:, at] for part in parts], size) for at in range(len(features))]
    certain = {
        at: p * len(features)
        for at, (statistic, df) in enumerate(alone)
        if df and (p := float(chi2.sf(statistic, df))) * len(features) < rules.level
    }
    # with many columns the pairs of those that moved most are looked at
    first = sorted(range(len(features)), key=lambda at: -alone[at][0])[: rules.paired]
    pairs = list(combinations(sorted(first), 2))
    for a, b in pairs:
        joint, df = _statistic([part[:, a] * size + part[:, b] for part in parts], size**2)
        more, free = joint - alone[a][0] - alone[b][0], df - alone[a][1] - alone[b][1]
        p = float(chi2.sf(more, free)) * len(pairs) if free > 0 else 1.0
        if p < rules.level:
            certain |= {at: min(p, certain.get(at, 1.0)) for at in (a, b)}
    return sorted(certain, key=lambda at: (certain[at], -alone[at][0]))


def _statistic(codes: Sequence[Ints], size: int) -> tuple[float, int]:
    statistic, df = homogeneity(np.array([np.bincount(code, minlength=size) for code in codes]))
    return float(statistic), int(df)
