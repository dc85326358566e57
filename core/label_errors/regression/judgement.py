"""From the models' out-of-fold numbers to a probability of error for every row, or to an honest refusal."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.label_errors.drift import Change, since
from core.label_errors.label_noise import Z95, Errors, reviewed_errors, reviewed_probability
from core.label_errors.regression.dataset import Amounts
from core.label_errors.regression.residuals import (
    LEAST_EVIDENCE,
    Expectation,
    expect,
    gross,
    knowledge,
    spread,
)
from core.stats.arrays import Bools, Floats
from core.stats.folds import assign

LEAST_KNOWLEDGE = 0.02
SURE = 0.95
FAR, NEAR = 4.0, 2.0
REFUSED = "This model cannot find suspects here: "


@dataclass(frozen=True, slots=True)
class AmountJudgement:
    """What the models think of the rows; names as in `core.label_errors.judgement.Judgement`.

    Attributes:
        expected: (n,) the number that the models expect; low, high: its 90 % interval for a sound label.
        members: (M, n) what each model expects; names, weights and mean absolute errors go with it.
        z: (n,) residual in local standard deviations.
    """

    expected: Floats
    low: Floats
    high: Floats
    members: Floats
    names: tuple[str, ...]
    weights: Floats
    losses: Floats
    z: Floats
    p_error: Floats
    errors: Errors
    knowledge: float
    refused: str | None
    changed: Change


def judge(
    problem: Amounts, votes: Mapping[str, Floats], local: Mapping[str, Floats], vectors: Floats
) -> AmountJudgement:
    """Mix the votes, standardise the residuals, tell gross errors from noise.

    Args:
        problem: the rows.
        votes: name of the model -> (n,) numbers of shuffled cross-validation.
        local: the same for models of the row's own time; both views count alike where both exist.
        vectors: (n, d) projected features, for the local spread.
    """
    mixed, names = _mixed(problem, votes, local)
    residuals = problem.given - mixed.value
    clues = np.column_stack([mixed.value, mixed.members.std(axis=0), vectors])
    fold = assign(problem.strata, problem.group, judge_rare=True)
    sigma = spread(problem.current - mixed.value, clues, fold)
    z = residuals / sigma
    split = gross(z[~problem.settled] if (~problem.settled).any() else z)
    p = np.zeros(len(z))
    p[~problem.settled] = split.p if (~problem.settled).any() else 0.0
    known = knowledge(mixed.value, problem.current)
    reach = float(np.quantile(np.abs(z), 0.9))
    p_error, errors = _errors(problem, z, p, split.share)
    return AmountJudgement(
        expected=mixed.value,
        low=mixed.value - reach * sigma,
        high=mixed.value + reach * sigma,
        members=mixed.members,
        names=names,
        weights=mixed.weights,
        losses=mixed.losses,
        z=z,
        p_error=p_error,
        errors=errors,
        knowledge=known,
        refused=_refusal(known, split.evidence),
        changed=_changed(problem, z, sigma),
    )


def _mixed(
    problem: Amounts, votes: Mapping[str, Floats], local: Mapping[str, Floats]
) -> tuple[Expectation, tuple[str, ...]]:
    wide = expect(votes, problem.current)
    if not local:
        return wide, tuple(votes)
    near = expect(
        {name: np.where(np.isnan(vote), votes[name], vote) for name, vote in local.items()}, problem.current
    )
    both = Expectation(
        (wide.value + near.value) / 2,
        np.concatenate([wide.members, near.members]),
        np.concatenate([wide.weights, near.weights]) / 2,
        np.concatenate([wide.losses, near.losses]),
    )
    return both, (*votes, *(f"{name}, of its time" for name in local))


def _errors(problem: Amounts, z: Floats, p: Floats, share: float) -> tuple[Floats, Errors]:
    """Experts' answers correct the probabilities and the number of errors, as for classes."""
    seen = problem.settled
    found_wrong = seen & (problem.given != problem.current)
    if not seen.any():
        value = float(p.sum())
        half = Z95 * float(np.sqrt((p * (1 - p)).sum() + len(p) * share * (1 - share)))
        return p, Errors(value, max(value - half, 0.0), value + half, 0)
    prior = np.where(seen, np.clip(gross(z).p, 1e-6, 1 - 1e-6), p)
    after = reviewed_probability(prior, seen, found_wrong)
    errors = reviewed_errors(after, seen, found_wrong)
    return np.where(seen, 0.0, after), errors


def _refusal(known: float, evidence: float) -> str | None:
    if known < LEAST_KNOWLEDGE:
        return (
            f"{REFUSED}models trained without a row predict its label no better than always saying the "
            "middle, so only experts who agree with each other can tell which labels are wrong."
        )
    if evidence < LEAST_EVIDENCE:
        return (
            f"{REFUSED}the labels scatter around what the models expect like ordinary noise, and none stands "
            "out enough to be called a gross error."
        )
    return None


def _changed(problem: Amounts, z: Floats, sigma: Floats) -> Change:
    if problem.frozen is None or problem.block is None or problem.times is None:
        return Change(None, np.zeros(len(z), dtype=bool))
    off = np.abs(problem.given - problem.frozen) / sigma
    known: Bools = np.isfinite(off)
    contradicts: Bools = known & (np.nan_to_num(off) > FAR) & (np.abs(z) <= NEAR)
    return since(contradicts, known, problem.times, problem.block)
