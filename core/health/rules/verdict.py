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
        labels: more labels than this nobody gives by hand: they are not asked for.
        excluded: tolerances; a model without a visible loss is healthy where so large a one is excluded. With
            one alone quiet streams of chunks of 500 rows were healthy in half (`health_rates.py`, "states").
        watch: standard errors that a chunk lost, from which it is watched (5 % on one side).
        width: tolerances; of a chunk whose interval reaches farther to one side nothing is known.
    """

    mostly: float = 0.5
    labels: int = 2000
    excluded: float = 2.0
    watch: float = 1.645
    width: float = 3.0
