"""Values as small numbers in SQL: their place in a list, their cell."""

from core.health.profiles.layout import Feature
from core.lake.sql import as_number, as_words, literals, quote


def place_sql(expression: str, values: tuple[str, ...]) -> str:
    """Position of a text in a list, from 0; NULL when it is not in it."""
    if not values:
        return "NULL::BIGINT"
    return f"nullif(list_position([{literals(values)}], {as_words(expression)}), 0) - 1"


def cell_sql(feature: Feature, kind: str) -> str:
    """The cell of a value of a column of this type (`core.health.profiles.feature_cells.cells_of` as SQL)."""
    if feature.numeric:
        value = as_number(feature.name, kind)
        above = " + ".join(f"(v >= '{edge!r}'::DOUBLE)::INT" for edge in feature.edges)
        return f"coalesce(list_transform([{value}], lambda v: {above})[1], {feature.size - 1})"
    place = place_sql(quote(feature.name), feature.values)
    missing = f"{quote(feature.name)} IS NULL"
    return f"CASE WHEN {missing} THEN {feature.size - 1} ELSE coalesce({place}, {len(feature.values)}) END"
