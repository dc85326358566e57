"""Estimates that are made once: a document of one new chunk estimates that chunk alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np

from core.health.profiles.profile import Profile
from core.health.rules import EstimateRules
from core.health.tasks.estimator import Estimator
from core.health.tasks.record import Candidates, Record
from core.stats.intervals import Measured


@dataclass(frozen=True, slots=True)
class Memory:
    """What was estimated, as values of JSON, under a hash of all that it was made from.

    Attributes:
        of: what decides beside profiles and rules: the code, the model.
        past: what the document before needed.
        made: what this document needs.
    """

    of: str
    past: Mapping[str, Any] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)

    def recall(self, key: str, compute: Callable[[], Any]) -> Any:
        """The value under that key, computed where nobody did.

        >>> memory = Memory("", {"a": 1, "b": 2})
        >>> memory.recall("a", lambda: 5), memory.recall("c", lambda: 3), memory.made
        (1, 3, {'a': 1, 'c': 3})
        """
        if key not in self.made:
            self.made[key] = self.past[key] if key in self.past else compute()
        return self.made[key]


class Remembered:
    """An estimator (`core.health.tasks.estimator`) that is learnt only where something is not known yet."""

    def __init__(
        self,
        learn: Callable[[], Estimator],
        memory: Memory,
        reference: Sequence[Profile],
        rules: EstimateRules,
        metrics: Iterable[str],
    ) -> None:
        """Nothing is learnt yet.

        Args:
            learn: makes the estimator.
            memory: what was estimated before.
            reference: what it is learnt from: the whole period, and its chunks.
            rules: that it is learnt by.
            metrics: names of what is estimated.
        """
        self._learn, self._memory, self._rules = learn, memory, rules
        self._made_from = _hash(memory.of, rules, sorted(metrics), [_content(part) for part in reference])

    @cached_property
    def _learnt(self) -> Estimator:
        return self._learn()

    @property
    def record(self) -> Record:
        """As of the estimator."""
        misses = self._memory.recall(
            _hash(self._made_from, "record"), lambda: _lists(self._learnt.record.misses)
        )
        by_method = {
            metric: {name: tuple(values) for name, values in methods.items()}
            for metric, methods in misses.items()
        }
        return Record(by_method, self._rules)

    def candidates(self, profile: Profile) -> Candidates:
        """As of the estimator."""
        made = self._recall("candidates", profile, lambda: self._learnt.candidates(profile))
        return {method: _measurements(values) for method, values in made.items()}

    def estimate(self, profile: Profile) -> dict[str, Measured]:
        """As of the estimator."""
        return _measurements(self._recall("estimate", profile, lambda: self._learnt.estimate(profile)))

    def assist(self, profile: Profile) -> dict[str, Measured]:
        """As of the estimator."""
        return _measurements(self._recall("assist", profile, lambda: self._learnt.assist(profile)))

    def _recall(self, what: str, profile: Profile, compute: Callable[[], Any]) -> Any:
        key = _hash(self._made_from, what, _content(profile))
        return self._memory.recall(key, lambda: _lists(compute()))


def _lists(value: Any) -> Any:
    """Values of JSON: mappings, lists, numbers of Python."""
    if isinstance(value, Measured):
        return _lists(astuple(value))
    if isinstance(value, Mapping):
        return {name: _lists(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [_lists(part) for part in value]
    return value.item() if isinstance(value, np.generic) else value


def _measurements(values: Mapping[str, Sequence[Any]]) -> dict[str, Measured]:
    return {name: Measured(*parts) for name, parts in values.items()}


def _content(profile: Profile) -> str:
    parts = ((array.shape, array.tobytes()) for array in (getattr(profile, f.name) for f in fields(profile)))
    digest = sha256()
    for shape, content in parts:
        digest.update(repr(shape).encode())
        digest.update(content)
    return digest.hexdigest()


def _hash(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:24]
