"""Columns that name a place in the calendar: dates as text, names of months, the number of the week.

They move with the time of their rows wherever they lie, months ahead too, so that a move says nothing.
"""

import re
from calendar import month_abbr, month_name

from core.health.profiles.layout import Feature, Layout
from core.health.rules import RULES, SeasonRules

MONTHS = frozenset(name.lower() for name in (*month_name, *month_abbr) if name)
DATE = re.compile(r"\d{4}-\d{2}(-\d{2}([T ].*)?)?")
PARTS = {"year": (1900, 2299), "quarter": (1, 4), "month": (1, 12), "week": (1, 53), "day": (1, 31)}
"""Part of a date -> its smallest and largest number."""
AFTER = frozenset(("number", "num", "no", "nr"))
"""Words that may follow the name of a part: `week_number`, not `week_nights`."""


def calendar_features(layout: Layout, rules: SeasonRules = RULES.season) -> set[str]:
    """The features that are such columns.

    >>> week, nights = (Feature(name, edges=(1.0, 53.0, 53.1)) for name in ("week_number", "week_nights"))
    >>> month, town = Feature("m", values=("May", "july")), Feature("month", values=("May", "Ulm"))
    >>> sorted(calendar_features(Layout((), 8, (week, nights, month, town))))
    ['m', 'week_number']
    """
    return {feature.name for feature in layout.features if _is_calendar(feature, rules)}


def _is_calendar(feature: Feature, rules: SeasonRules) -> bool:
    if not feature.numeric:
        return bool(feature.values) and all(
            DATE.fullmatch(text) or text.lower() in MONTHS for text in feature.values
        )
    numbers = feature.edges[:-1]
    part = _part(feature.name)
    if part is None or not all(number.is_integer() for number in numbers):
        return False
    first, last = PARTS[part]
    few = part != "year" or max(numbers) - min(numbers) <= rules.years
    return few and first <= min(numbers) and max(numbers) <= last


def _part(name: str) -> str | None:
    """The part of a date that a name ends with.

    >>> _part("arrival_date_week_number"), _part("dayOfMonth"), _part("day_of_week"), _part("week_nights")
    ('week', 'day', None, None)
    """
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)]
    if words[-2:] in (["of", "month"], ["of", "year"]):
        words = words[:-2]
    while words and words[-1] in AFTER:
        words.pop()
    return words[-1] if words and words[-1] in PARTS and "of" not in words else None
