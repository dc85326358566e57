"""Labels that are numbers: from the models' out-of-fold numbers to suspects, or to an honest refusal."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from core.label_errors.drift import Change, change_start
from core.label_errors.label_noise import Errors
from core.label_errors.neighbours import standardise
from core.label_errors.recalibration import learn
from core.label_errors.regression.reasons import REASONS, Evidence
from core.label_errors.regression.residuals import Expectation, expect, knowledge, spread
from core.label_errors.regression.standard_residuals import StandardResiduals, standardise_residuals
from core.label_errors.rules import RULES, ReasonRules, Rules
from core.label_errors.strategy import (
    Explained,
    Judgement,
    LabelledRows,
    Sentences,
    Texts,
    Votes,
    fill_local,
    reasons_of,
    vote_names,
)
from core.stats.arrays import Bools, Floats, Ints
from core.stats.folds import assign
from core.stats.intervals import Z95
from core.tables.values.number_text import as_label, short_number

TENTHS = np.linspace(0.1, 0.9, 9)
REFUSED = "This model cannot find suspects here: "


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRows(LabelledRows):
    """n labelled rows whose labels are numbers; `frozen` are (n,) numbers."""

    REASON_NAMES: ClassVar[tuple[str, ...]] = tuple(REASONS)

    given_labels: Floats
    current: Floats

    @property
    def classes(self) -> tuple[str, ...]:
        """There are none: a contender without classes is asked for a number."""
        return ()

    @property
    def strata(self) -> Ints:
        """(n,) the tenth that each label falls into, so that folds look alike."""
        return np.searchsorted(np.quantile(self.current, TENTHS), self.current).astype(np.int64)

    @property
    def targets(self) -> Floats:
        """(n,) the current labels."""
        return self.current

    def texts(self, labels: npt.NDArray[Any]) -> Texts:
        """(n,) numbers in the one way in which they are written."""
        return np.array([as_label(float(value)) for value in labels], dtype=object)

    def judge(self, votes: Votes, local: Votes, vectors: Floats, rules: Rules = RULES) -> "NumberJudgement":
        """See `LabelledRows.judge`; votes are (n,) numbers. Residuals are held against their local spread."""
        mixed = self._mixture(votes, local, rules)
        clues = np.column_stack([mixed.value, mixed.members.std(axis=0), vectors])
        fold = assign(self.strata, self.group, judge_rare=True)
        sigma = spread(self.current - mixed.value, clues, fold)
        unsettled = ~self.settled
        judged = unsettled if unsettled.any() else self.settled
        residuals = standardise_residuals(self.given_labels, mixed.value, sigma, judged, rules.residuals)
        expected = residuals.scale.label(mixed.value, np.zeros(len(sigma)))
        known = knowledge(mixed.value, self.current, rules)
        reach = float(np.quantile(np.abs(residuals.z), rules.residuals.interval)) * residuals.sigma
        prior, errors = self._prior(residuals, judged, rules)
        p_error, errors = learn(prior, self.reviews, errors, rules=rules.answers)
        first = np.flatnonzero(judged)[np.abs(residuals.z[judged]).argmax()]
        farthest = float(self.given_labels[first]), float(expected[first])
        return NumberJudgement(
            rows=self,
            judged=np.ones(len(reach), dtype=bool),
            expected=expected,
            low=residuals.scale.label(mixed.value, -reach),
            high=residuals.scale.label(mixed.value, reach),
            members=mixed.members,
            names=vote_names(votes, local),
            weights=mixed.weights,
            losses=mixed.losses,
            z=residuals.z,
            prior=prior,
            p_error=np.where(self.settled, 0.0, p_error),
            errors=errors,
            knowledge=known,
            refused=_refusal(known, residuals.split.evidence, farthest, rules),
            changed=self._change(residuals, rules),
            digits=rules.residuals.digits,
        )

    def _mixture(self, votes: Votes, local: Votes, rules: Rules) -> Expectation:
        wide = expect(votes, self.current, rules.residuals)
        if not local:
            return wide
        own = expect(fill_local(votes, local), self.current, rules.residuals)
        return Expectation(
            (wide.value + own.value) / 2,
            np.concatenate([wide.members, own.members]),
            np.concatenate([wide.weights, own.weights]) / 2,
            np.concatenate([wide.losses, own.losses]),
        )

    def _prior(self, residuals: StandardResiduals, judged: Bools, rules: Rules) -> tuple[Floats, Errors]:
        """Before the answers: probabilities, of settled rows too, and how many labels are wrong."""
        share, prior = residuals.split.share, np.zeros(len(judged))
        if self.settled.any():
            prior = residuals.everyone(rules.residuals).p
        prior[judged] = residuals.split.p
        value = float(prior.sum())
        half = Z95 * float(np.sqrt((prior * (1 - prior)).sum() + len(prior) * share * (1 - share)))
        return prior, Errors(value, max(value - half, 0.0), min(value + half, float(len(prior))), 0)

    def _change(self, residuals: StandardResiduals, rules: Rules) -> Change:
        z = residuals.z
        if self.frozen is None or self.block is None or self.times is None:
            return Change(None, np.zeros(len(z), dtype=bool))
        off = np.abs(residuals.scale.residual(self.given_labels, self.frozen)) / residuals.sigma
        known: Bools = np.isfinite(off)
        far, near = rules.residuals.far, rules.residuals.near
        contradicts: Bools = known & (np.nan_to_num(off) > far) & (np.abs(z) <= near)
        return change_start(contradicts, known, self.times, self.block, rules.change)


def _refusal(known: float, evidence: float, farthest: tuple[float, float], rules: Rules) -> str | None:
    """Why nothing is suspected; `farthest` is the label that stands out most, and what is expected of it."""
    if known < rules.refusal.least_knowledge:
        return (
            f"{REFUSED}models trained without a row predict its label no better than always saying the "
            "middle, so only experts who agree with each other can tell which labels are wrong."
        )
    if evidence < rules.residuals.least_evidence:
        label, expected = map(short_number, farthest)
        return (
            f"{REFUSED}the labels scatter around what the models expect like ordinary noise. The one that "
            f"stands out most is {label} where {expected} is expected, and chance alone brings such ones."
        )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberJudgement(Judgement):
    """What the models think of numbers.

    Attributes:
        expected: (n,) the number that is usual where models expect theirs; low, high: the 90 % interval of a
            sound label.
        members: (M, n) what each model expects; losses are mean absolute errors.
        z: (n,) residual in local standard deviations, of differences or of ratios.
        digits: a suggestion is rounded to this part of its interval.
    """

    LOSS: ClassVar[str] = "mae"
    BY_FEATURE: ClassVar[bool] = False

    rows: NumberRows
    expected: Floats
    low: Floats
    high: Floats
    z: Floats
    digits: int

    @property
    def suggested(self) -> Floats:
        """(n,) the expected numbers, rounded to what their interval allows and kept within what occurs."""
        labels = self.rows.given_labels
        inside = np.clip(self.expected, labels.min(), labels.max())
        width = np.maximum(self.high - self.low, 1e-12)
        step = 10.0 ** np.floor(np.log10(width / self.digits))
        if (labels == np.round(labels)).all():
            step = np.maximum(step, 1.0)
        return np.asarray(np.round(inside / step) * step)

    @property
    def suggestions(self) -> Texts:
        """(n,) the same as texts."""
        return self.rows.texts(self.suggested)

    @property
    def suspicious(self) -> Bools:
        """(n,) whether the given number lies outside its interval."""
        labels = self.rows.given_labels
        outside: Bools = (labels < self.low) | (labels > self.high)
        return outside

    def influence(self, vectors: Floats, rules: Rules = RULES) -> Floats:
        """(n,) how far a linear model moves, at the row, when its label becomes the expected number."""
        X = standardise(vectors)
        hessian = X.T @ X + rules.impact.penalty * np.eye(X.shape[1])
        leverage = (X * np.linalg.solve(hessian, X.T).T).sum(axis=1) + 1 / len(X)
        moved: Floats = np.sqrt(np.clip(leverage, 0, None)) * np.abs(self.rows.given_labels - self.expected)
        return moved

    def explain(self, explained: Explained, rules: ReasonRules = RULES.reasons) -> dict[int, Sentences]:
        """Reasons by row."""
        evidence = Evidence(
            explained=explained,
            labels=self.rows.current,
            group=self.rows.group,
            members=self.members,
            expected=self.expected,
            low=self.low,
            high=self.high,
            moved=self.changed.rows,
            rules=rules,
        )
        return reasons_of(REASONS, evidence, explained.rows)

    def loss_digits(self) -> list[float]:
        """(M,) mean absolute errors with six digits."""
        return [float(f"{loss:.6g}") for loss in self.losses]

    def opinions(self, row: int) -> list[list[Any]]:
        """[name, the number that it expects, None] of every model."""
        return [
            [name, f"{value:.6g}", None] for name, value in zip(self.names, self.members[:, row], strict=True)
        ]

    def interval(self, row: int) -> tuple[float, float]:
        """Where 9 in 10 sound labels of such rows lie, with six digits."""
        return float(f"{self.low[row]:.6g}"), float(f"{self.high[row]:.6g}")

    def points(self, flagged: Bools, most: int) -> list[list[float]]:
        """[given, expected, 1 for a suspect] of the flagged rows and of a sample of the others."""
        rng = np.random.default_rng(0)
        suspects: Ints = np.flatnonzero(flagged)
        suspects = suspects[np.argsort(-self.p_error[suspects], kind="stable")][:most]
        others = np.sort(rng.permutation(np.flatnonzero(~flagged))[:most])
        labels = self.rows.given_labels
        return [
            [float(f"{labels[row]:.6g}"), float(f"{self.expected[row]:.6g}"), float(flagged[row])]
            for row in (*others, *suspects)
        ]
