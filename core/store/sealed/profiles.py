"""A digest of each stored profile, with the name by which it is known."""

from hashlib import blake2b

BYTES = 8


def digest(chunk: str, column: str, value: str, body: bytes) -> str:
    """Of what is stored of a chunk and one value of a column; of the whole chunk both are empty."""
    return blake2b(repr((chunk, column, value)).encode() + body, digest_size=BYTES).hexdigest()
