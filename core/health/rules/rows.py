"""What decides whether rows are missing, too few, or there twice, and whether a log has ended."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowRules:
    """Gaps, volume and copies. Measured: `tests/benchmarks/fit_rates.py`.

    Attributes:
        usual: quantile of the missing chunks between two chunks that is usual (weekends, closed days).
        longer: a gap is longer than so many times the usual (a judgement: holidays lengthen weekends).
        late: a log has ended when so many deliveries are missing (a judgement: one may be late).
        level: of one test; a model has about 50 chunks a year, so that chance makes one in 200 years.
        past: chunks before, of the same kind, that a number of rows is compared with, and ...
        enough: ... at least so many: with fewer the t interval is wider than a factor of ten.
        few: rows are said to be missing below this part of the usual number (a judgement).
        covered: part of the newest chunk that must have passed, before its rows can be too few.
        copies: the share of rows that are copies must rise by this much (a judgement: people repeat rows).
    """

    usual: float = 0.9
    longer: float = 2.0
    late: int = 2
    level: float = 1e-4
    past: int = 12
    enough: int = 5
    few: float = 0.5
    covered: float = 0.8
    copies: float = 0.1
