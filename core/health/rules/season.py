"""What decides that something repeats, or moves with time, and is no drift."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeasonRules:
    """What repeats is no drift. Measured: `tests/benchmarks/season_rates.py`.

    Attributes:
        enough: chunks of a weekday in the reference period that it is compared with; a judgement: of two
            days one may be odd, and nobody can say which.
        level: of the tests whether weekdays differ, adjusted over the features: that of drift.
        least: distance of a weekday from the whole that matters: with less (half of the floor of drift) no
            weekday comes near the floor.
        upper: standard errors by which a weekday that is hardly known may lie farther from the whole than it
            seems (95 % on one side). Without them 1.6 % of the days of an input are called drift after seven
            days of 250 rows that differ by .1 standard deviations by accident.
        week: weekdays that the reference period has before it is said to lack the others: a working week.
        order: gamma of chunk and number from which on numbers grow with time; a date that lies a tenth of
            the reference period behind (on average, exponential) has .84 (simulated).
        differ: pairs of rows that must differ at all: what a few rows have is no clock (a judgement).
        years: that rows of a reference period lie apart; years of birth or construction are more, and may
            well drift (a judgement).
        often: chunks (or rows) that do what no other chunk does: half of them is no accident (a judgement).
    """

    enough: int = 3
    level: float = 0.01
    least: float = 0.05
    upper: float = 1.645
    week: int = 5
    order: float = 0.8
    differ: float = 0.25
    years: int = 5
    often: float = 0.5
