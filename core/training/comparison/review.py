"""Reviewing the rows on which two models differ, one by one, until it is decided which is right more often.

The rows are asked in random order, and their labels are evidence that may be looked at after every one
(`core.stats.sequential.e_values`): reviewing can stop as soon as it suffices.
"""

from dataclasses import dataclass, replace
from math import ceil, exp

from core.stats.sequential import e_values
from core.stats.sequential.e_values import RULES, Evidence, Evident

MOST_ODDS = 999
"""Larger odds are told as these and more."""


@dataclass(frozen=True, slots=True)
class Review:
    """How far it is.

    Attributes:
        rows: asked about, in random order; the labels of `wins` and `losses` say that the challenger or the
            champion alone is right, those of `ties` that neither is.
        level: chance of a wrong claim in each direction, of this look at the holdout.
    """

    rows: int
    wins: int
    losses: int
    ties: int
    level: float
    evidence: Evidence

    @property
    def reviewed(self) -> int:
        """Rows whose label was settled."""
        return self.wins + self.losses + self.ties

    @property
    def verdict(self) -> Evident:
        """The claim that is made now."""
        return self.evidence.verdict(replace(RULES, level=self.level))

    @property
    def left(self) -> int | None:
        """Further rows after which it is expected to be decided; None: not by all of them, as it looks."""
        rows, decisive = self.rows - self.reviewed, (self.wins + self.losses) / max(self.reviewed, 1)
        rules = replace(RULES, level=self.level)
        further = e_values.expected_left(self.wins, self.losses, int(rows * decisive), rules)
        return None if further is None else ceil(further / decisive)

    @property
    def progress(self) -> float:
        """How far the stronger claim is: -1 "worse" is shown, 1 "better" is shown."""
        return self.evidence.progress(replace(RULES, level=self.level))


def review(rows: int, wins: int, losses: int, ties: int, level: float) -> Review:
    """Weigh the labels that there are.

    Rows on which neither is right are no evidence: of the accuracies they change nothing.

    >>> review(300, 3, 19, 0, 0.03).verdict, review(300, 8, 14, 0, 0.03).verdict
    ('worse', 'open')
    """
    evidence = e_values.decisions(wins, losses, 0, rules=replace(RULES, level=level))
    return Review(rows, wins, losses, ties, level, evidence)


def sentence(of: Review) -> str:
    """How it stands, for people.

    >>> sentence(review(300, 3, 19, 1, 0.03))  # doctest: +NORMALIZE_WHITESPACE
    'Of 300 rows on which the two differ 23 were reviewed: the challenger alone is right on 3, the champion on
    19. That decides it: the challenger is right less often (237 to 1; 33 to 1 are needed). The other 277 need
    not be reviewed.'
    """
    counts = (
        f"Of {of.rows:,} rows on which the two differ {of.reviewed:,} were reviewed: the challenger alone is "
        f"right on {of.wins:,}, the champion on {of.losses:,}."
    )
    needed = f"{1 / of.level:.0f} to 1 are needed"
    odds = _odds(max(of.evidence.better, of.evidence.worse))
    if of.verdict == "open":
        better = "more" if of.evidence.better >= of.evidence.worse else "less"
        return f"{counts} That it is right {better} often is {odds} by now; {needed}."
    better, left = ("more" if of.verdict == "better" else "less"), of.rows - of.reviewed
    rest = f" The other {left:,} need not be reviewed." if left else ""
    return f"{counts} That decides it: the challenger is right {better} often ({odds}; {needed}).{rest}"


def _odds(evidence: float) -> str:
    """Evidence as odds.

    >>> _odds(3.0), _odds(-1.0), _odds(50.0)
    ('20 to 1', '0.4 to 1', '999 to 1 and more')
    """
    odds = exp(min(evidence, 20.0))
    if odds > MOST_ODDS:
        return f"{MOST_ODDS} to 1 and more"
    return f"{odds:.0f} to 1" if odds >= 1 else f"{odds:.1f} to 1"
