"""What decides what is said, of which chunks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NowRules:
    """What "now" is; both are judgements.

    Attributes:
        chunks: measured chunks that it rests on: fewer than three cannot show that a fault lasts.
        measured: share of the labelled rows in measured chunks, below which chunks are too short.
    """

    chunks: int = 3
    measured: float = 0.5


@dataclass(frozen=True, slots=True)
class VerdictRules:
    """What is said of the findings; all are judgements.

    Attributes:
        mostly: share of the fall that the causes explain, below which the rest is said to be unknown.
        beyond: share of the fall from which a cause cannot stand alone: what made up for the rest is said.
        labels: more labels than this nobody gives by hand: they are not asked for.
        excluded: tolerances; a model without a visible loss is healthy where so large a one is excluded. With
            one alone quiet streams of chunks of 500 rows were healthy in half (`health_rates.py`, "states").
        watch: standard errors that a chunk lost, from which it is watched (5 % on one side).
        promise: share of the plausible losses for which a suggestion must settle the verdict.
        periods: nobody waits for more of them to settle it.
        doubted: tolerances; a model that became better by so much is doubted where nobody improved it.
        longer: times as long as now: what longer periods are tried with (a month of weeks).
        width: tolerances; of a chunk whose interval reaches farther to one side nothing is known.
    """

    mostly: float = 0.5
    beyond: float = 1.05
    labels: int = 2000
    excluded: float = 2.0
    doubted: float = 3.0
    watch: float = 1.645
    promise: float = 0.8
    periods: int = 12
    longer: float = 4.0
    width: float = 3.0
