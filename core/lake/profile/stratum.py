"""The stratum of a row in SQL."""

from collections.abc import Mapping, Sequence

from core.health.profiles.layout import Layout, Split
from core.health.profiles.strata import PREDICTION


def stratum_sql(layout: Layout) -> str:
    """The stratum of a row of which the cells stand as p, f0, f1, ... (`core.health.profiles.strata`)."""
    if layout.strata is None:
        return "p"
    places = {feature.name: f"f{at}" for at, feature in enumerate(layout.features)} | {PREDICTION: "p"}
    root = _branch(layout.strata.splits, places, 0 if layout.strata.splits else -1)
    if layout.classes:
        return root
    return f"CASE WHEN p = {layout.amounts.size - 1} THEN {layout.strata.size} ELSE {root} END"


def _branch(splits: Sequence[Split], places: Mapping[str, str], node: int) -> str:
    """The leaf below a node of the tree."""
    if node < 0:
        return str(-1 - node)
    split = splits[node]
    cells = ", ".join(map(str, split.cells))
    inside, outside = (_branch(splits, places, below) for below in (split.inside, split.outside))
    return f"CASE WHEN {places[split.column]} IN ({cells}) THEN {inside} ELSE {outside} END"
