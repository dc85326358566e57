"""What decides which cause and which segment is named."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CauseRules:
    """When a cause is named. How often it is right: `tests/benchmarks/reasons.py`.

    Attributes:
        worth_naming: share of the fall; a smaller one leads nobody to what must be done first (a judgement).
        every_row: a fault of so many rows is one of all: no other rows are left to compare them with.
        predictions_moved: level of the test whether predictions moved, asked where a column is broken.
        reach: chunks by which a fault may begin outside the interval of the onset: it shows before it costs.
        companions: columns named together whose mix moved.
    """

    worth_naming: float = 0.2
    every_row: float = 0.99
    predictions_moved: float = 0.001
    reach: int = 1
    companions: int = 3


@dataclass(frozen=True, slots=True)
class MixRules:
    """When a cost is told from chance. Measured: `tests/benchmarks/profile_rates.py`, "mix".

    Attributes:
        few: a cell with fewer labelled rows before is priced like the whole (Cochran 1954).
        level: of the intervals of all columns together (Bonferroni 1936).
        fault_level: of the interval of what the rows of a fault cost.
    """

    few: int = 5
    level: float = 0.05
    fault_level: float = 0.05


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """When a segment is said to have fallen by more than the rest. Measured: `profile_rates.py`, "places".

    Attributes:
        level: by which chance alone names one of all segments (Bonferroni 1936).
    """

    level: float = 0.05
