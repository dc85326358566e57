"""The choice between ways of estimating a metric, by their record on past chunks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from core.health.rules import RULES, EstimateRules
from core.stats.intervals import Measured

Candidates: TypeAlias = Mapping[str, Mapping[str, Measured]]
"""Method -> metric -> estimate; the first method is the simplest."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What was expected of a chunk.

    Attributes:
        values: metric -> estimate.
        methods: metric -> how it was made.
        doubtful: metrics of which another method says what the band of this one excludes.
    """

    values: dict[str, Measured] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Record:
    """How far past estimates were off.

    Attributes:
        misses: metric -> method -> of every past chunk the squared miss over the variance of its value.
        rules: when it speaks for a method.
    """

    misses: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    rules: EstimateRules = RULES.estimate

    def add(self, realised: Mapping[str, Measured], candidates: Candidates) -> "Record":
        """With another chunk, whose labels have arrived; metrics that a method has no value of are left out.

        >>> value = lambda at: {"auc": Measured(at, at, at, 0.01, 9)}
        >>> record = Record().add(value(0.5), {"a": value(0.7), "b": value(0.5)})
        >>> {method: [round(miss) for miss in misses] for method, misses in record.misses["auc"].items()}
        {'a': [4], 'b': [0]}
        """
        misses = dict(self.misses)
        for name, real in realised.items():
            known = {method: values[name] for method, values in candidates.items() if name in values}
            if len(known) < len(candidates) or len(known) == 1 or not real.variance > 0:
                continue
            past = misses.get(name, {})
            misses[name] = {
                method: (*past.get(method, ()), (value.value - real.value) ** 2 / real.variance)
                for method, value in known.items()
            }
        return Record(misses, self.rules)

    def choose(self, candidates: Candidates) -> Expectation:
        """Of each metric the simplest method, unless another missed by less, and by more than chance."""
        values, methods, doubtful = {}, {}, set()
        for name in next(iter(candidates.values()), {}):
            known = {method: made[name] for method, made in candidates.items() if name in made}
            method = best_method(list(known), self.misses.get(name, {}), self.rules)
            value = known[method]
            values[name], methods[name] = value, method
            if any(not value.low <= other.value <= value.high for other in known.values()):
                doubtful.add(name)
        return Expectation(values, methods, frozenset(doubtful))


def best_method(methods: Sequence[str], misses: Mapping[str, Sequence[float]], rules: EstimateRules) -> str:
    """The first, or another that missed by less: by at least so many standard errors of the difference.

    >>> best_method(["a", "b"], {"a": [4, 3, 5, 4, 4], "b": [1, 2, 1, 1, 1]}, EstimateRules())
    'b'
    >>> best_method(["a", "b"], {"a": [4, 3, 5, 4], "b": [1, 2, 1, 1]}, EstimateRules())
    'a'
    """
    best, gain = methods[0], 0.0
    for method in methods[1:]:
        less = np.subtract(misses.get(methods[0], ()), misses.get(method, ()))
        if len(less) < rules.record:
            continue
        error = less.std(ddof=1) / len(less) ** 0.5
        if less.mean() > max(rules.margin * error, gain):
            best, gain = method, float(less.mean())
    return best
