"""The words of a task for what labels would say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """What to say where labels are missing.

    Attributes:
        reference: what the reference period needs.
        unknown: what nobody knows without labels.
        source: what the estimate is made from.
    """

    reference: str
    unknown: str
    source: str
