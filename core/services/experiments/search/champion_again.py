"""The champion's experiment once more, on other rows: its parameters, columns and trend, or its stack."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.ensemble import VotingClassifier, VotingRegressor

from core.errors import RetrainError
from core.services.dataset import columns_beside, features
from core.services.experiments import own_recipes
from core.services.experiments.joins.ready_steps import ready_steps, renew
from core.services.experiments.retrain import STACK
from core.services.experiments.search import own_transformers
from core.services.experiments.search.candidate import Candidate, describe
from core.services.experiments.search.pipelines import Parts, other_columns
from core.settings import Settings
from core.store.engine import reading
from core.store.experiments import trials
from core.store.tables import Trial
from core.store.workspace import Workspace
from core.training.recipes import feature_table
from core.training.search.derivations import ReadyStep
from core.training.search.treatments import Treatment

if TYPE_CHECKING:
    from core.model import ModelSpec


@dataclass(frozen=True, slots=True)
class Again:
    """What is repeated.

    Attributes:
        candidate: as it is kept with its trial; it learns from all rows.
        members: the candidates that are fitted, with their weights: itself, or those of a stack.
        treatments: of the rows that were learnt from then, for people; they are not repeated.
    """

    candidate: Candidate
    members: tuple[tuple[Candidate, float], ...]
    treatments: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """For people."""
        return "; ".join(describe(member) for member, _ in self.members)

    @property
    def differs(self) -> list[str]:
        """What is not repeated, a sentence or none."""
        if not self.treatments:
            return []
        rows = ", ".join(self.treatments)
        return [f"What the champion learnt from ({rows}) is not repeated: this learns from all rows alike."]

    @property
    def sources(self) -> set[str]:
        """Names of the joined sources that it reads."""
        return {one.name for member, _ in self.members for one in member.features if one.kind == "joined"}

    @property
    def key(self) -> str:
        """The same for the same experiment on the same rows."""
        return " ".join(f"{weight} {member.key}" for member, weight in self.members)

    def code(self, settings: Settings) -> dict[str, Any]:
        """What of own code belongs to its fingerprint; that of transformers is in their derivations."""
        own = [member.recipe for member, _ in self.members if member.recipe.startswith(own_recipes.PREFIX)]
        return {"code": [own_recipes.code_digest(settings, recipe) for recipe in own]} if own else {}

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
        trial = trials.of_champion(session, spec.id)
        if trial is not None and "refit_of" in trial.params:
            trial = trials.by_version(session, spec.id, trial.params["refit_of"])
    if trial is None or "search" not in trial.params:
        return None
    made = again(ws, spec, trial)
    as_it_is = not made.candidate.parameters and not made.candidate.features and not made.treatments
    return None if as_it_is else made


def again(ws: Workspace, spec: "ModelSpec", trial: Trial) -> Again:
    """The experiment of a trial that a search has made, or that repeats one.

    Raises:
        RetrainError: the trials of its stack are gone.
    """
    candidate = _on_all_rows(spec, trial)
    if candidate.recipe != STACK:
        return Again(candidate, ((candidate, 1.0),), _treatments([trial]))
    weights = {mark: float(weight) for mark, weight in candidate.parameters["of"].items()}
    with reading(ws.engine) as session:
        members = [trials.find(session, spec.id, mark) for mark in weights]
    known = [member for member in members if member is not None]
    if len(known) < len(members):
        raise RetrainError("The experiments of its stack are gone.", "Name a recipe, or search anew.")
    made = (_on_all_rows(spec, member) for member in known)
    return Again(candidate, tuple(zip(made, weights.values(), strict=True)), _treatments(known))


def _treatments(made_by: list[Trial]) -> tuple[str, ...]:
    treatments = [Treatment(**trial.params["search"]["treatment"]) for trial in made_by]
    return tuple(dict.fromkeys(one.title for one in treatments if one.kind != "all"))


def _on_all_rows(spec: "ModelSpec", trial: Trial) -> Candidate:
    made = Candidate.from_json(trial.recipe, trial.params["search"])
    return replace(made, treatment=Treatment(), features=renew(spec, made.features), stage="champion")
