"""Which items are asked blind: given label and suggestion hidden until the expert has answered."""

from hashlib import blake2b

BLIND_SHARE = 0.1
"""One item in ten shows nothing beforehand: so the pull of a suggestion can be measured (Berzak 2016)."""


def asked_blind(row_id: str, share: float = BLIND_SHARE) -> bool:
    """Whether this row belongs to the blind share: the same answer on every machine.

    >>> sum(asked_blind(str(n)) for n in range(10_000)) // 100
    10
    """
    drawn = int.from_bytes(blake2b(row_id.encode(), digest_size=8).digest())
    return drawn < share * 2**64
