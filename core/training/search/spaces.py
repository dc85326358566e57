"""Spaces of parameters: what a search may set an estimator's parameters to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, TypeAlias

from core.errors import RetrainError

LOG = "log"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between `low` and `high`, both inclusive; `log`: its logarithm is spread evenly."""

    low: int
    high: int
    log: bool = False

    def has(self, value: Any) -> bool:
        """Whether the value lies in it."""
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Number:
    """A number between `low` and `high`, both inclusive; `log`: its logarithm is spread evenly."""

    low: float
    high: float
    log: bool = False

    def has(self, value: Any) -> bool:
        """Whether the value lies in it."""
        return (
            isinstance(value, int | float) and not isinstance(value, bool) and self.low <= value <= self.high
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some values: numbers, texts, truth values or None."""

    options: tuple[Any, ...]

    def has(self, value: Any) -> bool:
        """Whether the value is one of them."""
        return value in self.options


Range: TypeAlias = Whole | Number | Choice
Space: TypeAlias = Mapping[str, Range]
"""Name of an estimator's parameter, as `set_params` takes it -> what it may be."""


def is_point(space: Space, parameters: Mapping[str, Any]) -> bool:
    """Whether the parameters are a point of the space: of an older space they may lie outside.

    >>> is_point({"depth": Whole(1, 5)}, {"depth": 5}), is_point({"depth": Whole(1, 5)}, {"depth": 6})
    (True, False)
    >>> is_point({"depth": Whole(1, 5)}, {})
    False
    """
    return set(parameters) == set(space) and all(space[name].has(parameters[name]) for name in space)


def read_space(document: Any, where: str) -> Space:
    """A space as own code writes it: a list of options, or (low, high) with "log" behind it.

    Args:
        document: parameter -> list of options, (low, high) or (low, high, "log").
        where: whose it is, for the message.

    Raises:
        RetrainError: it is none of these.

    >>> read_space({"model__C": (0.1, 10.0, "log"), "model__fit_intercept": [True, False]}, "mine")
    {'model__C': Number(low=0.1, high=10.0, log=True), 'model__fit_intercept': Choice(options=(True, False))}
    """
    if not isinstance(document, Mapping):
        raise _unreadable(where, "it is no mapping from names of parameters")
    return {str(name): _read_range(value, f"{where}: {name}") for name, value in document.items()}


def _read_range(value: Any, where: str) -> Range:
    if isinstance(value, list) and value:
        return Choice(tuple(value))
    if not isinstance(value, tuple) or not _is_range(value):
        raise _unreadable(where, "write [options], (low, high) or (low, high, 'log')")
    low, high, log = value[0], value[1], len(value) == 3  # noqa: PLR2004 -- "log" stands third
    if isinstance(low, int) and isinstance(high, int):
        return Whole(low, high, log)
    return Number(float(low), float(high), log)


def _is_range(value: Sequence[Any]) -> bool:
    numbers = value[:2]
    if len(numbers) != 2 or tuple(value[2:]) not in {(), (LOG,)}:  # noqa: PLR2004 -- low and high
        return False
    if not all(isinstance(number, Real) and not isinstance(number, bool) for number in numbers):
        return False
    return bool(numbers[0] < numbers[1] and (len(value) == 2 or numbers[0] > 0))  # noqa: PLR2004


def _unreadable(where: str, problem: str) -> RetrainError:
    return RetrainError(
        f"The search space of {where} cannot be read: {problem}.", "Correct search_space() in that module."
    )
