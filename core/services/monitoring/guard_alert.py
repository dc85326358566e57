"""What a guard asks for, as Health, the pages and programs are told: roll back?"""

from core.messages import Code, Message
from core.stats.sequential.e_values import EvidenceRules
from core.store.tables import Shadow


def roll_back_message(row: Shadow | None) -> Message | None:
    """The finding of a guard that has shown that the version before is better; None of any other.

    >>> row = Shadow(model_id=1, role="guard", champion="3", version="2", start_batch=0, started_by="eve")
    >>> roll_back_message(row)
    >>> row.state, row.verdict, row.reason = "decided", "better", "Version 2 is better on live rows."
    >>> print(roll_back_message(row).sentence)  # doctest: +NORMALIZE_WHITESPACE
    Roll back? Version 2 is better on live rows. Of new versions that are as good as the one before, at most
    5 % are ever called worse.
    """
    if row is None or (row.role, row.state, row.verdict) != ("guard", "decided", "better"):
        return None
    return Message(Code.ROLL_BACK, {"evidence": row.reason, "level": EvidenceRules().level})
