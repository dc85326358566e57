"""Faults in what repeats: weekdays, months, clocks and dates, of inputs and of the metric."""

from tests.mutations.mutation import Mutation

RHYTHM = "core/health/change/rhythm.py"
RECENT = "core/health/recent.py"
SEASONS = "core/health/change/seasons.py"
CLOCKS = "core/health/change/clocks.py"
SEASON_RULES = "core/health/rules/season.py"
DRIFT = "core/health/change/drift.py"
CALENDAR = "core/health/profiles/calendar.py"

MUTATIONS = {
    "tests/health/test_calendar.py": (
        Mutation(SEASON_RULES, "years: int = 5", "years: int = 6", "a year of construction cannot drift"),
        Mutation(
            CALENDAR, '"week": (1, 53)', '"week": (1, 60)', "numbers beyond a year are weeks of the year"
        ),
        Mutation(CALENDAR, 'and "of" not in words', "", "the day of the week cannot drift"),
    ),
    "tests/health/test_rhythm.py": (
        Mutation(
            RHYTHM,
            "(beat.chunks / (beat.chunks - 1)) ** 0.5",
            "1.0",
            "days seem to vary by less than they do: false alarms",
        ),
        Mutation(
            RHYTHM,
            "variance=chunk.variance + beat.variance",
            "variance=chunk.variance",
            "what a weekday usually has counts as known for certain",
        ),
        Mutation(RHYTHM, "if not self.spread:", "if not self.beats:", "Sundays are red after two weeks"),
        Mutation(RHYTHM, ">= rules.level", ">= 5 * rules.level", "accidents of days are taken for a rhythm"),
        Mutation(
            RECENT,
            "return alike if repeats and enough else reference",
            "return reference",
            "a weekend is explained by what weekends always have",
        ),
    ),
    "tests/health/test_seasons.py": (
        Mutation(SEASONS, "len(pools) == year or", "pools or", "half a year is a year that lacks nothing"),
        Mutation(SEASONS, "len(pools) == year or", "", "summers are called drift"),
        Mutation(SEASON_RULES, "enough: int = 3", "enough: int = 2", "two Sundays make a Sunday"),
        Mutation(SEASON_RULES, "enough: int = 3", "enough: int = 4", "a month has too few Sundays"),
        Mutation(SEASON_RULES, "level: float = 0.01", "level: float = 0.05", "accident makes a pattern"),
        Mutation(SEASON_RULES, "level: float = 0.01", "level: float = 0.008", "patterns are overlooked"),
        Mutation(SEASON_RULES, "least: float = 0.05", "least: float = 0.04", "a pattern of nothing is said"),
        Mutation(
            SEASON_RULES, "least: float = 0.05", "least: float = 0.06", "patterns below the floor count"
        ),
        Mutation(SEASON_RULES, "upper: float = 1.645", "upper: float = 1.5", "one odd Saturday makes drift"),
        Mutation(SEASON_RULES, "upper: float = 1.645", "upper: float = 1.8", "moves of few days are hidden"),
        Mutation(SEASONS, " - 1 / max(whole.sum(), 1)", "", "days of a kind are no part of all days"),
        Mutation(SEASON_RULES, "week: int = 5", "week: int = 4", "four days leave three without drift"),
        Mutation(SEASON_RULES, "week: int = 5", "week: int = 6", "unknown weekends are called drift"),
        Mutation(
            SEASONS,
            "max(inside / max(inside_df, 1), 1.0)",
            "1.0",
            "days that differ by accident make a pattern",
        ),
        Mutation(
            SEASONS,
            "far.get(kind, max(far.values()))",
            "max(far.values())",
            "a Monday is allowed what a Sunday is",
        ),
        Mutation(
            DRIFT,
            "more.get(name, 0.0)",
            "0.0",
            "a week that is hardly known is called drift",
        ),
        Mutation(DRIFT, "if move.comparable:", "if move:", "weekends that nobody knows count as quiet"),
    ),
    "tests/health/test_clocks.py": (
        Mutation(SEASON_RULES, "order: float = 0.8", "order: float = 0.78", "a trend is called a clock"),
        Mutation(SEASON_RULES, "order: float = 0.8", "order: float = 0.82", "dates are called drift"),
        Mutation(SEASON_RULES, "differ: float = 0.25", "differ: float = 0.2", "a few rows make a clock"),
        Mutation(SEASON_RULES, "differ: float = 0.25", "differ: float = 0.3", "years are called drift"),
        Mutation(SEASON_RULES, "often: float = 0.5", "often: float = 0.25", "one odd chunk hides drift"),
        Mutation(SEASON_RULES, "often: float = 0.5", "often: float = 0.55", "day numbers are called drift"),
        Mutation(CLOCKS, "else rows[:, :-1]", "else rows", "dates that are not listed count as one value"),
    ),
}
