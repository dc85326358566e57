"""When to retrain, compared on the past: never, after every period, on an alarm, or on evidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from core.stats.arrays import Floats
from core.stats.sequential import e_values
from core.stats.sequential.e_values import EvidenceRules

Policy: TypeAlias = Literal["never", "every period", "on alarm", "on evidence"]
Losses: TypeAlias = Callable[[int, int], Floats]
"""(model, period) -> (n,) losses of its rows. Model b is fitted at the beginning of period b on every label
that is known then; model 0 is the one that was there."""
POLICIES: tuple[Policy, ...] = ("never", "every period", "on alarm", "on evidence")


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """What the policies are made of.

    Attributes:
        tolerance: rise of the mean loss that raises no alarm, as a share of it: the one that Health has
            where nobody said another.
        unsure: standard errors by which the usual loss may be higher than in a model's first period, from
            which alone it is known: with 2, of 300 steady models with 25 periods of 200 rows at most one in
            twenty is alarmed about (`tests/training/test_policies.py`).
        evidence: what makes an alarm, and what makes a challenger better.
        patience: periods after which a challenger of which nothing is shown makes room for a newer one.
        most_periods: more are joined: each costs a fit.
        most_rows: the newest that a fit learns from, so that 36 fits take minutes.
    """

    tolerance: float = 0.1
    unsure: float = 2.0
    evidence: EvidenceRules = field(default_factory=EvidenceRules)
    patience: int = 6
    most_periods: int = 36
    most_rows: int = 20_000


RULES = PolicyRules()


@dataclass(frozen=True, slots=True)
class Course:
    """What a policy came to.

    Attributes:
        models: the model in production in each period, by the period at whose beginning it was fitted.
        retrains: models that were fitted.
    """

    policy: Policy
    models: tuple[int, ...]
    retrains: int

    @property
    def changes(self) -> int:
        """How often another model went into production."""
        return sum(a != b for a, b in zip(self.models, self.models[1:], strict=False))

    @property
    def newest(self) -> int:
        """The newest model that was in production: what it learnt from is what labels were needed for."""
        return max(self.models)


def follow(policy: Policy, periods: int, lag: int, losses: Losses, rules: PolicyRules = RULES) -> Course:
    """What a policy would have done, knowing at each moment only the labels of then.

    Args:
        policy: which one.
        periods: how many; model 0 is in production in the first.
        lag: periods until the labels of a period are known, beyond its own end.
        losses: of a model in a period.
        rules: what alarms and evidence are.

    >>> def sudden(model, period):
    ...     good = (model > 3) == (period > 2)
    ...     return np.repeat([0.0, 1.0], [80, 20] if good else [40, 60])
    >>> for policy in POLICIES:
    ...     print(follow(policy, 6, 0, sudden).models)
    (0, 0, 0, 0, 0, 0)
    (0, 1, 2, 3, 4, 5)
    (0, 0, 0, 0, 4, 4)
    (0, 0, 0, 0, 0, 0)
    """
    if policy == "never":
        return Course(policy, (0,) * periods, 0)
    if policy == "every period":
        models = tuple(max(0, period if period > lag else 0) for period in range(periods))
        return Course(policy, models, sum(model > 0 for model in models))
    step = _on_alarm if policy == "on alarm" else _on_evidence
    return step(periods, lag, losses, rules)


def _on_alarm(periods: int, lag: int, losses: Losses, rules: PolicyRules) -> Course:
    models, present, retrains = [0], 0, 0
    for period in range(1, periods):
        known = [losses(present, before) for before in range(present, period - lag)]
        if len(known) > 1 and is_alarming(known[0], known[1:], rules):
            present, retrains = period, retrains + 1
        models.append(present)
    return Course("on alarm", tuple(models), retrains)


def _on_evidence(periods: int, lag: int, losses: Losses, rules: PolicyRules) -> Course:
    models, present, challenger, retrains = [0], 0, None, 0
    for period in range(1, periods):
        if challenger is not None:
            verdict = _verdict(losses, present, challenger, range(challenger, period - lag), rules)
            if verdict == "better":
                present = challenger
            if verdict != "open" or period - challenger >= rules.patience:
                challenger = None
        if challenger is None and period > lag:
            challenger, retrains = period, retrains + 1
        models.append(present)
    return Course("on evidence", tuple(models), retrains)


def _verdict(
    losses: Losses, present: int, challenger: int, known: Sequence[int], rules: PolicyRules
) -> e_values.Evident:
    if not len(known):
        return "open"
    ours, theirs = (np.concatenate([losses(model, one) for one in known]) for model in (present, challenger))
    past = losses(present, challenger - 1)  # known before the first row that is bet on
    cap = e_values.cap_of(past, 0 * past, rules.evidence)
    gains = e_values.differences_of_losses(ours, theirs, cap)
    return e_values.differences(gains, rules=rules.evidence).verdict(rules.evidence)


def is_alarming(reference: Floats, later: Sequence[Floats], rules: PolicyRules = RULES) -> bool:
    """Whether losses rose beyond the tolerance at some time, by a test for any number of looks.

    A gambler begins with each period, with 1 / (j (j + 1)) of the first 1: a fall that comes late is seen as
    soon as one at once, and all together begin with less than 1 (Shin, Ramdas and Rinaldo 2023).

    Args:
        reference: of the model's first period.
        later: of each of its later ones.
        rules: tolerance and level.

    >>> usual, more = np.repeat([0.0, 1.0], [80, 20]), np.repeat([0.0, 1.0], [40, 60])
    >>> is_alarming(usual, [usual, usual, more]), is_alarming(usual, [usual] * 9)
    (True, False)
    """
    from scipy.special import logsumexp

    mean, error = float(reference.mean()), float(reference.std()) / max(1.0, np.sqrt(len(reference)))
    usual = mean + rules.unsure * error + rules.tolerance * mean
    cap = float(np.quantile(reference, 1 - rules.evidence.outliers)) or float(later[0].max(initial=1.0))
    growths = [
        e_values.growth_of_differences(np.clip((period - usual) / cap, -1.0, 1.0)).sum(axis=0)
        for period in later
    ]
    since = np.cumsum(growths[::-1], axis=0)[::-1]
    starts = np.arange(1, len(later) + 1)
    evidence = logsumexp(e_values.log_evidence(since) - np.log(starts * (starts + 1)))
    return bool(evidence >= rules.evidence.needed)
