"""Every number that decides about shadows."""

from dataclasses import dataclass, field
from datetime import timedelta

from core.stats.sequential.e_values import EvidenceRules


@dataclass(frozen=True, slots=True)
class ShadowRules:
    """When a shadow ends without a person.

    Attributes:
        evidence: what makes a claim.
        longest: without a claim by then it lapses: a difference that a quarter does not show is smaller than
            what would be worth another quarter of scoring twice (half a point needs some 3,000 rows that
            differ: docs/methods/comparison.md).
        capped_by: labelled rows, the newest before the start, from which the cap of losses is taken where no
            comparison left predictions of both: the 99 % quantile of 20,000 is known within 3 % (gamma).
        related_by: labelled rows, the newest before the start, by whose losses is tested whether rows hang
            together in time where no comparison says it: of 5,000 hours the test finds all that widens an
            interval by a tenth (docs/methods/comparison.md, "Rows that belong together").
    """

    evidence: EvidenceRules = field(default_factory=EvidenceRules)
    longest: timedelta = timedelta(days=92)
    capped_by: int = 20_000
    related_by: int = 5_000


RULES = ShadowRules()
