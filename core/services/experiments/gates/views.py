"""What people are told of the tests before a promotion."""

from typing import NotRequired

from typing_extensions import TypedDict


class GateEntry(TypedDict):
    """A test that a challenger must pass."""

    name: str
    """What is tested."""
    passed: bool
    """Whether it passed."""
    detail: str
    """What was seen."""
    figure: NotRequired[str]
    """The number that decided, in words; absent in tests of earlier versions."""
    limit: NotRequired[str]
    """What it was held against."""
    warns: NotRequired[bool]
    """True where it passed and somebody should look at it all the same."""


class NotComputedEntry(TypedDict):
    """A test that nobody could make here: it says nothing, for or against."""

    name: str
    """What is tested."""
    why: str
    """Why it was not computed, and what was seen all the same."""
