"""The champion's experiment once more, on rows of now: parameters, columns, trend, chosen rows, or stack."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.ensemble import VotingClassifier, VotingRegressor

from core.errors import RetrainError
from core.services.dataset import columns_beside, features
from core.services.experiments.joins.ready_steps import ready_steps, renew
from core.services.experiments.recipes import own_recipes, own_transformers
from core.services.experiments.recipes.titles import STACK
from core.services.experiments.row_facts import NOTHING, KnownLabels, known_labels, oldest_first
from core.services.experiments.search.candidate import Candidate, describe
from core.services.experiments.search.pipelines import Parts, other_columns
from core.settings import Settings
from core.store.engine import reading
from core.store.experiments import deployments, trials
from core.store.tables import Trial
from core.store.workspace import Workspace
from core.training.fingerprint import digest
from core.training.recipes import feature_table
from core.training.search.derivations import ReadyStep
from core.training.treatments.fit_treated import Treatments

if TYPE_CHECKING:
    from core.model import ModelSpec


@dataclass(frozen=True, slots=True)
class Again:
    """What is repeated.

    Attributes:
        candidate: as it is kept with its trial.
        members: the candidates that are fitted, with their weights: itself, or those of a stack.
        known: of labels, where a treatment of the rows looks at that.
    """

    candidate: Candidate
    members: tuple[tuple[Candidate, float], ...]
    known: KnownLabels = NOTHING

    @property
    def title(self) -> str:
        """For people."""
        return "; ".join(describe(member) for member, _ in self.members)

    @property
    def sources(self) -> set[str]:
        """Names of the joined sources that it reads."""
        return {one.name for member, _ in self.members for one in member.features if one.kind == "joined"}

    @property
    def key(self) -> str:
        """The same for the same experiment on the same rows."""
        members = " ".join(f"{weight} {member.key}" for member, weight in self.members)
        return members if self.known == NOTHING else f"{members} {digest(self.known.to_json())}"

    def with_newest(self, spec: "ModelSpec") -> "Again":
        """The same with the newest rows of its sources, as the model knows them now."""
        members = tuple((_with_newest(spec, member), weight) for member, weight in self.members)
        return replace(self, candidate=_with_newest(spec, self.candidate), members=members)

    def code(self, settings: Settings) -> dict[str, Any]:
        """What of own code belongs to its fingerprint; that of transformers is in their derivations."""
        own = [member.recipe for member, _ in self.members if member.recipe.startswith(own_recipes.PREFIX)]
        return {"code": [own_recipes.code_digest(settings, recipe) for recipe in own]} if own else {}

    def treatments(self, rows: pd.DataFrame) -> Treatments:
        """What becomes of canonical rows before it, or each of its members, learns from them."""
        by_member = tuple(member.treatment for member, _ in self.members)
        return Treatments(by_member, self.known.of(rows["_id"]), oldest_first(rows))

    def marks_of_rows(self, rows: pd.DataFrame) -> dict[str, Any]:
        """What of the treatments of these rows belongs to its fingerprint; nothing where all learn from all.

        Their order does where it decides, because the hash of the rows does not hold their times.
        """
        made = self.treatments(rows)
        if all(one.kind == "all" for one in made.by_member):
            return {}
        timed = any(one.kind in {"newest", "decay"} for one in made.by_member)
        return {
            "treatments": [one.to_json() for one in made.by_member],
            "facts": made.facts.to_numpy() if any(one.looks_at_labels for one in made.by_member) else None,
            "order": digest(list(rows["_id"].iloc[made.oldest_first])) if timed else None,
        }

    def build(
        self, settings: Settings, spec: "ModelSpec", rows: pd.DataFrame, labels: "pd.Series[Any]"
    ) -> tuple[Any, pd.DataFrame]:
        """The unfitted estimator, and what it reads of the rows.

        Args:
            settings: with own code, and the lake in which the rows of sources lie.
            spec: the model.
            rows: (n,) canonical ones to learn from.
            labels: (n,) of them.

        Raises:
            RetrainError: a source or own code that it reads is not there any more as it was.
        """
        X = features(spec, rows)
        ready = self._ready(settings, spec, X, labels)
        parts = Parts(settings, spec, X, labels, feature_table(X), ready)
        made = [(f"member{n}", parts.pipeline(member)) for n, (member, _) in enumerate(self.members, 1)]
        read = other_columns((one for member, _ in self.members for one in member.features), ready)
        X = X.assign(**columns_beside(spec, rows, [name for name in read if name not in X.columns]))
        if self.candidate.recipe != STACK:
            return made[0][1], X
        weights = [weight for _, weight in self.members]
        if not spec.classes:
            return VotingRegressor(made, weights=weights), X
        return VotingClassifier(made, voting="soft", weights=weights), X

    def _ready(
        self, settings: Settings, spec: "ModelSpec", X: pd.DataFrame, labels: "pd.Series[Any]"
    ) -> dict[str, ReadyStep]:
        kinds = {one.kind for member, _ in self.members for one in member.features}
        ready = ready_steps(settings, spec) if "joined" in kinds else {}
        if "own" in kinds:
            ready |= own_transformers.offer(settings, spec, X, labels, np.arange(len(X))).steps
        return ready


def of_champion(ws: Workspace, spec: "ModelSpec") -> Again | None:
    """The experiment that made the version in production; None where the name of its recipe says it all.

    Sources are read with their newest rows.

    Raises:
        RetrainError: the trials of its stack are gone.
    """
    with reading(ws.engine) as session:
        live = deployments.champion(session, spec.id)
        trial = trials.origin_of(session, spec.id, live.version) if live else None
    if trial is None or "search" not in trial.params:
        return None
    made = again(ws, spec, trial)
    return None if made.candidate.key == Candidate(made.candidate.recipe).key else made


def again(ws: Workspace, spec: "ModelSpec", trial: Trial, known: KnownLabels | None = None) -> Again:
    """The experiment of a trial: a recipe as it is, what a search has made, or what repeats that.

    Args:
        ws: the stores.
        spec: the model.
        trial: that made a version.
        known: of labels; None: what is known now.

    Raises:
        RetrainError: the trials of its stack are gone.
    """
    candidate = _candidate(trial)
    members = ((candidate, 1.0),) if candidate.recipe != STACK else _members(ws, spec, candidate)
    if not any(member.treatment.looks_at_labels for member, _ in members):
        known = NOTHING
    elif known is None:
        known = known_labels(ws, spec)
    return Again(candidate, members, known).with_newest(spec)


def _members(ws: Workspace, spec: "ModelSpec", stack: Candidate) -> tuple[tuple[Candidate, float], ...]:
    weights = {mark: float(weight) for mark, weight in stack.parameters["of"].items()}
    with reading(ws.engine) as session:
        made_by = [trials.find(session, spec.id, mark) for mark in weights]
    known = [_candidate(member) for member in made_by if member is not None]
    if len(known) < len(made_by):
        raise RetrainError("The experiments of its stack are gone.", "Name a recipe, or search anew.")
    return tuple(zip(known, weights.values(), strict=True))


def _candidate(trial: Trial) -> Candidate:
    if "search" not in trial.params:
        return Candidate(trial.recipe, stage="champion")
    return replace(Candidate.from_json(trial.recipe, trial.params["search"]), stage="champion")


def _with_newest(spec: "ModelSpec", made: Candidate) -> Candidate:
    return replace(made, features=renew(spec, made.features))
