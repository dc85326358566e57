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
    """What is said of the findings; both are judgements.

    Attributes:
        mostly: share of the fall that the causes explain, below which the rest is said to be unknown.
        labels: more labels than this nobody gives by hand: they are not asked for.
    """

    mostly: float = 0.5
    labels: int = 2000
