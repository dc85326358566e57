"""Strata: rows of the reference period that err alike, grouped by a tree over their cells."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.health.profiles.feature_cells import cells_of
from core.health.profiles.layout import Feature, Split, Strata
from core.health.profiles.log_rows import Column, LogRows
from core.health.rules import RULES, StrataRules
from core.stats.arrays import Floats, Ints

PREDICTION = "_prediction"
"""Name of the predicted amount among the features of a tree."""


def grow(
    features: Sequence[Feature], cells: Ints, errors: Floats, rules: StrataRules = RULES.strata
) -> Strata:
    """Split the rows where the size and the direction of their errors differ most (CART; Breiman 1984).

    Numbers are split in their order, categories in the order of their mean absolute error. Without sizes only
    the direction counts, and categories have the order of their mean error.

    Args:
        features: what may be split by.
        cells: (n, F) the cell of every row in each of them.
        errors: (n,) prediction less label; of classes calibrated score less label.
        rules: least rows of a group, how many groups there may be, and whether sizes of errors count.

    >>> towns = Feature("town", values=("Ulm", "Bonn"))
    >>> cells = np.repeat([[0], [1]], 200, axis=0)
    >>> strata = grow([towns], cells, np.where(cells[:, 0] == 1, 5.0, 1.0))
    >>> strata.size, strata.splits[0].column, strata.splits[0].cells
    (2, 'town', (0, 2))
    """
    most = min(len(errors) // rules.for_leaf, rules.most)
    if most < 2 or not np.ptp(errors):  # noqa: PLR2004 -- one group is no tree
        return Strata()
    order = np.lexsort((errors, *cells.T))  # the same rows in another order give the same tree
    cells, errors = cells[order], errors[order]
    sizes = np.abs(errors) if rules.sizes else errors
    ranks = [_ranks(feature, cells[:, at], sizes) for at, feature in enumerate(features)]
    splits = _splits(features, ranks, _fit(ranks, cells, errors, most, rules))
    used = {split.column for split in splits}
    return Strata(splits, tuple(feature for feature in features if feature.name in used))


def _fit(ranks: Sequence[Ints], cells: Ints, errors: Floats, most: int, rules: StrataRules) -> Any:
    """The tree of scikit-learn."""
    from sklearn.tree import DecisionTreeRegressor

    places = np.column_stack([rank[cells[:, at]] for at, rank in enumerate(ranks)])
    losses = np.column_stack([np.abs(errors), errors]) if rules.sizes else errors[:, None]
    spread = losses.std(axis=0)
    known = spread > 0
    tree = DecisionTreeRegressor(
        min_samples_leaf=rules.in_leaf, max_leaf_nodes=most, random_state=rules.seed
    ).fit(places, losses[:, known] / spread[known])
    return tree.tree_


def _splits(features: Sequence[Feature], ranks: Sequence[Ints], tree: Any) -> tuple[Split, ...]:
    """Its forks, with the cells that go to the left."""
    forks = [int(node) for node in np.flatnonzero(tree.children_left >= 0)]
    names = {node: at for at, node in enumerate(forks)}
    names |= {int(node): -1 - at for at, node in enumerate(np.flatnonzero(tree.children_left < 0))}
    splits = []
    for node in forks:
        at = int(tree.feature[node])
        inside = tuple(int(cell) for cell in np.flatnonzero(ranks[at] <= tree.threshold[node]))
        left, right = names[int(tree.children_left[node])], names[int(tree.children_right[node])]
        splits.append(Split(features[at].name, inside, left, right))
    return tuple(splits)


def grow_from_rows(features: Sequence[Feature], rows: LogRows, rules: StrataRules = RULES.strata) -> Strata:
    """The strata of rows in memory; of very many a sample is taken."""
    return grow_by_errors(features, rows, rows.predictions - rows.labels, rules)


def grow_by_errors(features: Sequence[Feature], rows: LogRows, errors: Floats, rules: StrataRules) -> Strata:
    """The same for (n,) errors of any kind, NaN where none is known."""
    known = np.flatnonzero(~np.isnan(errors))
    if len(known) > rules.rows:
        known = np.random.default_rng(rules.seed).choice(known, rules.rows, replace=False)
    columns = [cells_of(feature, _column(rows, feature.name)[known]) for feature in features]
    return grow(features, np.column_stack(columns), errors[known], rules)


def strata_of(strata: Strata, rows: LogRows) -> Ints:
    """(n,) the stratum of every row.

    >>> halves = Strata((Split("x", (0, 1), -1, -2),), (Feature("x", edges=(0.0, 1.0, 2.0)),))
    >>> x = np.array([0.5, 1.5, np.nan])
    >>> rows = LogRows(x, np.zeros(3), np.zeros((3, 0)), np.zeros(3, dtype=bool), {"x": x})
    >>> strata_of(halves, rows).tolist()
    [0, 1, 1]
    """
    cells = [cells_of(feature, _column(rows, feature.name)) for feature in strata.features]
    places = leaves(strata, cells, len(rows.predictions))
    return np.where(np.isnan(rows.predictions), strata.size, places)


def leaves(strata: Strata, cells: Sequence[Ints], n: int) -> Ints:
    """(n,) the leaf of every row, from the (n,) cells in each of the features of the tree.

    >>> halves = Strata((Split("x", (0, 1), -1, -2),), (Feature("x", edges=(0.0, 1.0, 2.0)),))
    >>> leaves(halves, [np.array([1, 2, 0])], 3).tolist()
    [0, 1, 0]
    """
    places, every = np.zeros(n, dtype=np.int64), np.arange(n)
    columns = {feature.name: (feature.size, at) for at, feature in enumerate(strata.features)}
    due = [(0, every)] if strata.splits else []
    while due:
        node, rows = due.pop()
        split = strata.splits[node]
        size, at = columns[split.column]
        inside = np.isin(np.arange(size), split.cells)[cells[at][rows]]
        for below, own in ((split.inside, rows[inside]), (split.outside, rows[~inside])):
            if below < 0:
                places[own] = -1 - below
            else:
                due.append((below, own))
    return places


def _ranks(feature: Feature, cells: Ints, sizes: Floats) -> Ints:
    """(size,) the place of every cell in the order by which it is split; unknown categories in the middle."""
    if feature.numeric:
        return np.arange(feature.size)
    rows = np.bincount(cells, minlength=feature.size)
    means = np.bincount(cells, sizes, minlength=feature.size) / np.maximum(rows, 1)
    ordered = np.argsort(np.where(rows, means, sizes.mean()), kind="stable")
    ranks = np.empty(feature.size, dtype=np.int64)
    ranks[ordered] = np.arange(feature.size)
    return ranks


def _column(rows: LogRows, name: str) -> Column:
    return rows.predictions if name == PREDICTION else rows.features[name]
