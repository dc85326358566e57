"""Values as small numbers in SQL: their place in a list, their cell."""

from core.health.profiles.layout import Feature
from core.lake.sql import as_words, literals, number_literal, plain_number, quote


def place_sql(expression: str, values: tuple[str, ...]) -> str:
    """Position of a text in a list, from 0; NULL when it is not in it."""
    if not values:
        return "NULL::BIGINT"
    return f"nullif(list_position([{literals(values)}], {as_words(expression)}), 0) - 1"


def cell_sql(feature: Feature, kind: str) -> str:
    """The cell of a value of a column of this type (`core.health.profiles.feature_cells.cells_of` as SQL)."""
    if feature.numeric:
        value = plain_number(feature.name, kind)
        known = _search_sql(value, feature.edges, 0, len(feature.edges))
        return f"CASE WHEN {value} IS NULL OR isnan({value}) THEN {feature.size - 1} ELSE {known} END"
    place = place_sql(quote(feature.name), feature.values)
    missing = f"{quote(feature.name)} IS NULL"
    return f"CASE WHEN {missing} THEN {feature.size - 1} ELSE coalesce({place}, {len(feature.values)}) END"


def _search_sql(value: str, edges: tuple[float, ...], first: int, last: int) -> str:
    """How many edges are not above a number, of which at least `first` are and at most `last`: by halves."""
    if first == last:
        return str(first)
    middle = (first + last) // 2
    below = _search_sql(value, edges, first, middle)
    above = _search_sql(value, edges, middle + 1, last)
    return f"CASE WHEN {value} < {number_literal(edges[middle])} THEN {below} ELSE {above} END"
