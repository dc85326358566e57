"""A small fault made by hand, and what it would mean if nobody noticed it."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fault.

    Attributes:
        file: where it is made, from the root of the repository.
        text: what stands there, exactly once.
        replacement: what stands there instead.
        meaning: what would then be wrong.
    """

    file: str
    text: str
    replacement: str
    meaning: str

    def apply(self, source: str) -> str:
        """The file with the fault.

        Raises:
            ValueError: the text does not stand there exactly once: the list is no longer true.

        >>> Mutation("a.py", "a < b", "a <= b", "").apply("return a < b")
        'return a <= b'
        """
        if source.count(self.text) != 1:
            raise ValueError(f"{self.file} has {source.count(self.text)} times {self.text!r}, not once")
        return source.replace(self.text, self.replacement)
