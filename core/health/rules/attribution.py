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
            One of some rows may have begun before: the others of its period tell what it costs.
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
class JointMixRules:
    """How the mix of several columns is priced from rows. Measured: `tests/benchmarks/account_rates.py`.

    Attributes:
        rows: at most so many of each period are read: an account takes at most a second (a judgement).
        level: by which all columns, or all pairs, are called moved though none did (Bonferroni 1936).
        groups: of every column in that test; five rows in each of 5 x 5 at 1,000 rows (Cochran 1954).
        paired: columns whose pairs are looked at: 435 pairs of 30.
        columns: those that get a part of their own; 2^7 subsets with the others together.
        knots, values: numbers that describe one column; in_pairs: the same in products.
        rest: columns that did not move and are described nevertheless.
        few: a cell of fewer rows before has no loss of its own.
        apart: share of its part by which a column may cost more or less alone; else it moved with others (a
            judgement: with a half, two columns of a correlation of .7 stand in one line).
        least: rows of a period; fewer are priced from cells (a judgement: the figures begin at 500).
        rows_each: rows before for each number of the model: ten and more (Harrell 2015, 4.4).
    """

    rows: int = 10_000
    level: float = 0.05
    groups: int = 4
    paired: int = 30
    columns: int = 6
    knots: int = 6
    values: int = 12
    in_pairs: tuple[int, int] = (3, 4)
    rest: int = 20
    few: int = 20
    apart: float = 0.5
    least: int = 200
    rows_each: int = 10


@dataclass(frozen=True, slots=True)
class OutputLinkRules:
    """When outputs no longer follow the inputs. Measured: `tests/benchmarks/output_link_rates.py`.

    Attributes:
        enough: rows of a period, weighted ones by what they are worth (Kish 1965); fewer are not judged.
        explained: share of the variation of the outputs that the inputs explained before; of a model whose
            inputs are not logged nobody can tell (a judgement).
        lost: this part of it is lost; of rows mixed up 13 in 100 lose it, as 1 - .87^2 (a judgement).
        errors: and so many standard errors (1 in 10,000).
        crowded: so many times as often as before, and a number lies in its cells otherwise (a judgement).
        tail: share of the outputs at either end that count as its inner edge (a judgement).
        paired: columns whose products are looked at, those that outputs follow most; in_pairs: how finely.
        bends, categories, rare: as knots, values and few of `JointMixRules`.
        rows_each: rows for each number of the model: ten and more (Harrell 2015, 4.4).
        factor: amounts are another factor from this one on, either way (a judgement).
        offset: what is left of the line at nought, of the size of the amounts (a judgement).
    """

    enough: int = 200
    explained: float = 0.5
    lost: float = 0.25
    errors: float = 3.89
    crowded: float = 4.0
    tail: float = 0.01
    paired: int = 4
    in_pairs: tuple[int, int] = (4, 4)
    bends: int = 6
    categories: int = 12
    rare: int = 20
    rows_each: int = 15
    factor: float = 1.25
    offset: float = 0.1


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """When a segment is said to have fallen by more than the rest. Measured: `profile_rates.py`, "places".

    Attributes:
        level: by which chance alone names one of all segments (Bonferroni 1936).
        more: the fall must be larger than that of the rest by this part of it (a judgement: of very many rows
            any difference excludes chance, and nobody finds the cause where a little more of it is).
    """

    level: float = 0.05
    more: float = 0.25
