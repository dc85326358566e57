"""Which parameters to try next: Optuna's tree-structured Parzen estimator over what was tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.training.search.spaces import Choice, Range, Space, Whole, is_point

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution


@dataclass(frozen=True, slots=True)
class SamplerRules:
    """How points are proposed.

    Attributes:
        startup: points at random before the estimator is believed: the ten of Bergstra et al. (2011) are too
            many for a budget of minutes; with five, densities are still mixed with the prior.
        attempts: proposals that repeat what was tried are made anew so often; then the space is used up.
    """

    startup: int = 5
    attempts: int = 20


RULES = SamplerRules()


@dataclass(frozen=True, slots=True)
class Tried:
    """A point that was tried.

    Attributes:
        merit: more is better; compared among points of the same data only, so it must be relative to them.
    """

    parameters: Mapping[str, Any]
    merit: float


def propose(
    space: Space, tried: Sequence[Tried], seed: int, rules: SamplerRules = RULES
) -> dict[str, Any] | None:
    """The next point to try (Bergstra et al. 2011); None where everything near was tried.

    The study lives in memory and is filled anew from `tried`, so that a worker that was killed goes on where
    it was, and a later search begins with what the earlier ones found. Points outside of the space are left
    out. The same arguments give the same point.

    >>> propose({"depth": Whole(1, 2)}, [Tried({"depth": 1}, 0.5)], 0) in ({"depth": 2}, None)
    True
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    distributions = {name: _distribution(part) for name, part in space.items()}
    inside = [point for point in tried if is_point(space, point.parameters)]
    for attempt in range(rules.attempts):
        sampler = optuna.samplers.TPESampler(seed=seed + attempt, n_startup_trials=rules.startup)
        study = optuna.create_study(direction="maximize", sampler=sampler)
        for point in inside:
            study.add_trial(
                optuna.trial.create_trial(
                    params=dict(point.parameters), distributions=distributions, value=point.merit
                )
            )
        parameters = dict(study.ask(distributions).params)
        if all(parameters != dict(point.parameters) for point in inside):
            return parameters
    return None


def _distribution(part: Range) -> "BaseDistribution":
    from optuna import distributions

    if isinstance(part, Choice):
        return distributions.CategoricalDistribution(part.options)
    if isinstance(part, Whole):
        return distributions.IntDistribution(part.low, part.high, log=part.log)
    return distributions.FloatDistribution(part.low, part.high, log=part.log)
