"""What decides which chunks are broken: a column, the predictions or the labels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FaultRules:
    """What is a fault. False alarms and power are measured by `tests/benchmarks/health_rates.py`, "faults".

    The shares by which rows must rise are judgements: less is nothing that a person would repair.

    Attributes:
        missing, unseen, moved, no_score: shares of rows must rise by this much.
        level: of one test of a share; a model of 100 columns and 50 chunks has 5,000 of them, so that chance
            alone raises less than one fault in two years of weeks.
        upper: the share in the reference period enters with this upper limit (Clopper, Pearson 1934).
        enough: rows below which numbers are not said to be stuck, constant or of one class.
        same, usual: a value is stuck when (nearly) all rows have it, and not so many did before.
        cut: this share of the scores lay where none lies any more: of fewer 700 rows may miss all by chance.
        beyond: and lay beyond the limit by this part of their mean, seen from the class that they speak for:
            less changes no decision (a judgement).
        edge: the part of the reference scores next to a cut, where as many must lie as before (a judgement).
        scores: the same of scores: at most so many rows had one and the same before.
        against: standard errors below one half (Mann, Whitney 1947) at which scores rank the wrong way round:
            one chunk in two thousand of scores that say nothing. `tests/benchmarks/label_fit_rates.py`.
        of_class: rows of a class below which its ranking is not judged (Cochran 1954).
        decisions: share of predictions that may leave the threshold of their scores (a judgement).
        uncovered: the share of rows without a label must rise by this much (a judgement).
        apart, apart_errors: rows differ in their scores when one of the first lies above one of the second by
            this share oftener than usual (a judgement), and by so many standard errors (1 in 10,000).
        one_sided: nearly all labels are of one class from this share on (a judgement).
        wide, crowded: this share of the rows lies in at most so few cells ...
        spread: ... where before it took at least so many.
        impossible: chance below which rows do not all fall into one place by accident.
        changed: distance of distributions beyond which values are looked at; `changed_chance`: and so many
            times (1 / n + 1 / m) ** .5, which chance exceeds once in 10,000 (Smirnov 1948).
        changed_mix: the same for categories, by half the sum of the differences of their shares.
        coded: a code for missing must take so many of the rows.
        heap: one number takes this part of the rows, where none can have held a tenth: a
            narrow season of numbers with few digits reaches .25 (real logs: docs/methods/health.md).
        heaps: several that take so many of the rows each are those of a rounded column (as `changed`).
        newest: chunks of a fault whose values are read together (a judgement: more rows tell more).
    """

    missing: float = 0.05
    unseen: float = 0.02
    moved: float = 0.2
    no_score: float = 0.02
    level: float = 1e-4
    upper: float = 0.999
    enough: int = 20
    same: float = 0.99
    usual: float = 0.9
    cut: float = 0.02
    beyond: float = 0.01
    edge: float = 0.1
    scores: float = 0.5
    against: float = 3.29
    of_class: int = 5
    decisions: float = 0.02
    uncovered: float = 0.1
    apart: float = 0.1
    apart_errors: float = 3.89
    one_sided: float = 0.95
    wide: float = 0.95
    crowded: int = 2
    spread: int = 6
    impossible: float = 1e-6
    changed: float = 0.1
    changed_chance: float = 2.225
    changed_mix: float = 0.2
    coded: float = 0.02
    heap: float = 0.3
    heaps: float = 0.1
    newest: int = 3


@dataclass(frozen=True, slots=True)
class UnitRules:
    """When numbers are said to have another unit. Both are judgements (see `tests/benchmarks/reasons.py`).

    Attributes:
        factor: a unit changes by more than that (10, 12, 60, 100, 1000 ...); less may be growth.
        alike: quantiles divided by the factor may differ from those before by this part of their spread.
    """

    factor: float = 8.0
    alike: float = 0.25


@dataclass(frozen=True, slots=True)
class DistortionRules:
    """When a column that moved is said to be distorted: another unit, or its sign turned.

    Distances are those of two distributions (Kolmogorov 1933, Smirnov 1948); noise is (1 / n + 1 / m) ** .5.
    Measured, both ways: `tests/benchmarks/fault_rates.py`.

    Attributes:
        near: undone values are put onto an edge when they are nearer than this part of the gap.
        least: a distance below is not looked at ...
        unlikely: ... nor one that is not beyond so many times the noise (1 in 10,000).
        fits: the distance of the undone column may be so much (chunks differ), `fits_small` where the
            factor may be growth, ...
        chance: ... and so many times the noise more (1 in 20).
        apart: by so much, and `chance_apart` times the noise, honest drifts must fit worse: the two distances
            share the noise of the rows. `apart_part`, and the whole chance, where some rows are concerned.
        everything: beyond this distance nothing lies where it lay before.
        other: range of other factors that a small one is told from.
        better, sharp: in noises: by how much others may fit better; by how much the ends must be worse.
        on_the_spot: of few values, this share must be known ones to the digit.
        seen: the noise may be this part of the share of the rows; `seen_near` where they do not lie apart.
        fits_part, fits_near: their distance may be so much of their share.
        swapped: by so much, and chance, two columns must fit each other better than themselves.
    """

    near: float = 0.02
    least: float = 0.05
    unlikely: float = 2.225
    fits: float = 0.02
    fits_small: float = 0.008
    chance: float = 1.36
    apart: float = 0.02
    chance_apart: float = 0.8
    apart_part: float = 0.03
    everything: float = 0.9
    other: float = 0.1
    better: float = 0.8
    sharp: float = 0.5
    on_the_spot: float = 0.95
    seen: float = 0.3
    seen_near: float = 0.15
    fits_part: float = 0.1
    fits_near: float = 0.05
    swapped: float = 0.1
