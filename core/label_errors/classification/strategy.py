"""Labels that are classes: from the models' out-of-fold votes to suspects, or to an honest refusal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.label_errors import impact
from core.label_errors.classification.class_noise import error_weights, plain_counts
from core.label_errors.classification.contributions import contributions
from core.label_errors.classification.mixture import Mixture, Suspicion, doubt, knowledge, mix, suspicion
from core.label_errors.classification.reasons import REASONS, Evidence
from core.label_errors.drift import Change, change
from core.label_errors.label_noise import (
    Errors,
    confident_joint,
    error_probability,
    prior_errors,
)
from core.label_errors.neighbours import standardise
from core.label_errors.recalibration import learn
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

REFUSED = (
    "This model cannot find suspects here: models trained without a row predict its label no better "
    "than chance, so only experts who agree with each other can tell which labels are wrong."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRows(LabelledRows):
    """n labelled rows with K classes; labels are class numbers, `frozen` are (n, K) probabilities."""

    REASON_NAMES: ClassVar[tuple[str, ...]] = tuple(REASONS)

    given_labels: Ints
    current: Ints
    names: Sequence[str]

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""
        return tuple(self.names)

    @property
    def strata(self) -> Ints:
        """(n,) the classes."""
        return self.current

    @property
    def targets(self) -> Texts:
        """(n,) names of the current labels."""
        return self.texts(self.current)

    def texts(self, labels: npt.NDArray[Any]) -> Texts:
        """(n,) names of class numbers."""
        names: Texts = np.asarray(self.classes, dtype=object)[labels]
        return names

    def judge(
        self,
        votes: Votes,
        local: Votes,
        vectors: Floats,  # noqa: ARG002 -- the spread of numbers needs them
        rules: Rules = RULES,
    ) -> "ClassJudgement":
        """See `LabelledRows.judge`; votes are (n, K) probabilities, NaN = not judged."""
        K = len(self.classes)
        known = np.isfinite(np.stack([P @ np.ones(K) for P in votes.values()]))
        judged = np.asarray(known.all(axis=0))
        wide = self._mixture(votes, judged, rules)
        if local:
            own = self._mixture(fill_local(votes, local), judged, rules)
            wide = Mixture(
                (wide.q + own.q) / 2,
                np.concatenate([wide.members, own.members]),
                np.concatenate([wide.weights, own.weights]) / 2,
                np.concatenate([wide.losses, own.losses]),
            )
        return self._judgement(judged, wide, vote_names(votes, local), rules)

    def _mixture(self, votes: Votes, judged: Bools, rules: Rules) -> Mixture:
        """Fitted on the judged rows, spread over all: the others get the uniform vote."""
        if judged.all():
            return mix(list(votes.values()), self.current, rules.mixture)
        fitted = mix([P[judged] for P in votes.values()], self.current[judged], rules.mixture)
        K = len(self.classes)
        q = np.full((len(judged), K), 1 / K)
        q[judged] = fitted.q
        members = np.full((len(votes), len(judged), K), 1 / K)
        members[:, judged] = fitted.members
        return Mixture(q, members, fitted.weights, fitted.losses)

    def _judgement(
        self, judged: Bools, mixture: Mixture, names: tuple[str, ...], rules: Rules
    ) -> "ClassJudgement":
        q, rows = mixture.q, _view(judged)
        joint = confident_joint(q[rows], self.given_labels[rows])
        plain = plain_counts(q[rows], self.given_labels[rows], rules.noise)
        suspect = suspicion(q, self.given_labels, error_weights(plain, rules.noise))
        known = knowledge(q[rows], self.current[rows], rules.refusal)
        prior, p_error, errors = self._errors(judged, mixture, suspect, rules)
        return ClassJudgement(
            rows=self,
            judged=judged,
            q=q,
            members=mixture.members,
            names=names,
            weights=mixture.weights,
            losses=mixture.losses,
            suspicion=suspect,
            doubt=doubt(q),
            prior=prior,
            p_error=np.where(self.settled, 0.0, p_error),
            errors=errors,
            joint=joint,
            knowledge=known,
            refused=None if known >= rules.refusal.least_knowledge else REFUSED,
            changed=self._change(suspect, rules),
        )

    def _errors(
        self, judged: Bools, mixture: Mixture, suspect: Suspicion, rules: Rules
    ) -> tuple[Floats, Floats, Errors]:
        """The models' probabilities, those after the answers, and how many labels are wrong."""
        rows = _view(judged)
        labels = self.given_labels[rows]
        guess = prior_errors(mixture.q[rows], mixture.members[:, rows], labels, rules.noise)
        prior = np.full(len(judged), guess.value / max(len(labels), 1))
        prior[judged] = error_probability(suspect.log_ratio[judged], guess.value)
        pair = self.given_labels * len(self.classes) + suspect.suggested
        p_error = prior.copy()
        p_error[judged], errors = learn(
            prior[judged], self.reviews.of(judged), guess, pair[judged], rules.answers
        )
        return prior, p_error, errors

    def _change(self, suspect: Suspicion, rules: Rules) -> Change:
        if self.frozen is None or self.block is None or self.times is None:
            return Change(None, np.zeros(len(self.ids), dtype=bool))
        return change(self.frozen, suspect.likelier, self.given_labels, self.times, self.block, rules.change)


def _view(judged: Bools) -> Bools | slice:
    """What takes the judged rows out of an array, without a copy where they are all."""
    return slice(None) if judged.all() else judged


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassJudgement(Judgement):
    """What the models think of classes.

    Attributes:
        q: (n, K) the mixture; members: (M, n, K) calibrated probabilities of each model.
        suspicion: suggestion and log-ratio against the given label; doubt: (n,) of the mixture.
        joint: (K, K) estimated rows by given and true class.
    """

    LOSS: ClassVar[str] = "log_loss"
    BY_FEATURE: ClassVar[bool] = True

    rows: ClassRows
    q: Floats
    suspicion: Suspicion
    doubt: Floats
    joint: Floats

    @property
    def suggestions(self) -> Texts:
        """(n,) the best other class; the given one where there is no judgement."""
        rows = self.rows
        return rows.texts(np.where(self.judged, self.suspicion.suggested, rows.given_labels))

    @property
    def suspicious(self) -> Bools:
        """(n,) whether the suggestion, with its weight, beats the given label, or P(error) is above .5."""
        return (self.suspicion.log_ratio > 0) | (self.p_error > 0.5)  # noqa: PLR2004

    def influence(self, vectors: Floats, rules: Rules = RULES) -> Floats:
        """(n,) see `impact.influence`."""
        labels, suggested = self.rows.given_labels, self.suspicion.suggested
        return impact.influence(standardise(vectors), labels, suggested, self.q, rules=rules.impact)

    def contributions(self, model: Any, features: pd.DataFrame, rows: Ints) -> Floats:
        """(m, p) see `contributions.contributions`."""
        labels, suggested = self.rows.given_labels, self.suspicion.suggested
        return contributions(model, features, rows, labels, suggested, self.rows.classes)

    def explain(self, explained: Explained, rules: ReasonRules = RULES.reasons) -> dict[int, Sentences]:
        """Reasons by row; those of rows without a judgement say that."""
        evidence = Evidence(
            explained=explained,
            classes=self.rows.classes,
            labels=self.rows.current,
            suggested=self.suspicion.suggested,
            members=self.members,
            q=self.q,
            doubt=self.doubt,
            swaps=np.asarray(self.joint / np.maximum(self.joint.sum(axis=0, keepdims=True), 1e-12)),
            twins=self._twins(explained.rows),
            moved=self.changed.rows,
            rules=rules,
        )
        return reasons_of(REASONS, evidence, explained.rows) | self._rare()

    def _twins(self, rows: Ints) -> Ints:
        """(m,) identical rows that carry another label."""
        group = self.rows.group
        counts = pd.Series(group).groupby(group).size().to_numpy()
        same = pd.DataFrame({"group": group, "label": self.rows.current})
        alike = same.groupby(["group", "label"])["label"].transform("size").to_numpy()
        return np.asarray(counts[group[rows]] - alike[rows], dtype=np.int64)

    def _rare(self) -> dict[int, Sentences]:
        rows = self.rows
        counts = np.bincount(rows.current, minlength=len(rows.classes))
        return {
            int(row): {
                "rare class": f"Only {counts[rows.current[row]]} rows are labelled "
                f"{rows.classes[rows.current[row]]}: too few for a model to judge"
            }
            for row in np.flatnonzero(~self.judged)
        }

    def loss_digits(self) -> list[float]:
        """(M,) log-losses with four decimals."""
        return [round(float(loss), 4) for loss in self.losses]

    def opinions(self, row: int) -> list[list[Any]]:
        """[name, likeliest class, its probability] of every model."""
        best = self.members[:, row].argmax(axis=1)
        likely = self.members[np.arange(len(best)), row, best]
        return [
            [name, self.rows.classes[int(k)], round(float(p), 4)]
            for name, k, p in zip(self.names, best, likely, strict=True)
        ]

    def swaps(self, flagged: Bools) -> list[tuple[str, str, int, float]]:
        """(given, suggested, flagged rows, expected errors among them) of every pair that occurs."""
        classes, rows = self.rows.classes, np.flatnonzero(flagged)
        keys = self.rows.given_labels[rows] * len(classes) + self.suspicion.suggested[rows]
        pairs = []
        for key in np.unique(keys):
            a, b = divmod(int(key), len(classes))
            inside = rows[keys == key]
            pairs.append((classes[a], classes[b], len(inside), float(self.p_error[inside].sum())))
        return sorted(pairs, key=lambda pair: -pair[2])
