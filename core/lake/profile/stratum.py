"""The stratum of a row of amounts in SQL."""

from collections.abc import Mapping, Sequence

from core.health.profiles.layout import Feature, Layout, Split
from core.lake.cells import cell_sql
from core.lake.sql import number_literal, plain_number


def split_columns(layout: Layout, types: Mapping[str, str]) -> dict[str, str]:
    """Name -> expression of what the tree of the strata asks of a row: numbers as they are, else cells.

    Args:
        layout: the cells.
        types: column -> its type.
    """
    features = layout.strata.features if layout.strata else ()
    return {
        f"q{at}": plain_number(f.name, types[f.name]) if f.numeric else cell_sql(f, types[f.name])
        for at, f in enumerate(features)
    }


def stratum_sql(layout: Layout) -> str:
    """The stratum of a row with those columns, and `p` (`core.health.profiles.strata`)."""
    if layout.strata is None:
        return "p"
    columns = {feature.name: (f"q{at}", feature) for at, feature in enumerate(layout.strata.features)}
    root = _branch(layout.strata.splits, columns, 0 if layout.strata.splits else -1)
    return f"CASE WHEN p = {layout.amounts.size - 1} THEN {layout.strata.size} ELSE {root} END"


def _branch(splits: Sequence[Split], columns: Mapping[str, tuple[str, Feature]], node: int) -> str:
    """The leaf below a node of the tree."""
    if node < 0:
        return str(-1 - node)
    split = splits[node]
    inside, outside = (_branch(splits, columns, below) for below in (split.inside, split.outside))
    return f"CASE WHEN {_is_inside(split, *columns[split.column])} THEN {inside} ELSE {outside} END"


def _is_inside(split: Split, column: str, feature: Feature) -> str:
    """Whether a row goes inside; of a number the lowest cells do, so that one comparison tells it."""
    if not feature.numeric:
        return f"{column} IN ({', '.join(map(str, split.cells))})"
    if len(split.cells) > len(feature.edges):  # all but those that are missing
        return f"NOT isnan({column})"
    return f"{column} < {number_literal(feature.edges[len(split.cells) - 1])}"
