"""From a candidate to its unfitted pipeline, and to what it reads of a row beside the features."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sklearn.pipeline import Pipeline

from core.model import ModelSpec
from core.services.experiments.recipes import own_recipes
from core.services.experiments.search.candidate import Candidate
from core.services.experiments.trial_data import SEED
from core.settings import Settings
from core.training.recipes import build_from
from core.training.record_pipelines import FeatureTable
from core.training.search.derivations import Derivation, ReadyStep


@dataclass(frozen=True, slots=True)
class Parts:
    """What pipelines are put together from.

    Attributes:
        X: features of the rows to learn from, n; `y` their labels.
        table: which columns are numbers, categories and texts.
        ready: digest -> step, of joined sources and own transformers.
    """

    settings: Settings
    spec: ModelSpec
    X: pd.DataFrame
    y: "pd.Series[Any]"
    table: FeatureTable
    ready: Mapping[str, ReadyStep]

    def pipeline(self, candidate: Candidate) -> Any:
        """The unfitted pipeline of a candidate.

        Raises:
            RetrainError: there is no such recipe, or what it needs is not there any more as it was.
        """
        if candidate.recipe.startswith(own_recipes.PREFIX):
            made = own_recipes.make(self.settings, candidate.recipe, self.spec, self.X, self.y)
            return candidate.configure(made)
        table, steps = self.table, []
        # joined columns first: the others may take away the column by which is looked up
        ordered = sorted(candidate.features, key=lambda derivation: derivation.kind != "joined")
        trends = [derivation for derivation in ordered if derivation.kind == "trend"]
        columns = [derivation for derivation in ordered if derivation.kind != "trend"]
        for number, derivation in enumerate(columns, 1):
            step = derivation.step(self.spec.classes, SEED, self.ready)
            table = derivation.table(table, step, self.ready)
            steps.append((f"columns{number}", step))
        made = build_from(candidate.recipe, table, self.spec, SEED)
        made = candidate.configure(Pipeline([*steps, *made.steps]) if steps else made)
        for trend in trends:
            made = trend.around(made, SEED)
        return made


def other_columns(features: Iterable[Derivation], ready: Mapping[str, ReadyStep]) -> list[str]:
    """What is read of a row besides the features: what a source is looked up by, and a trend's time."""
    names: dict[str, None] = {}
    for one in features:
        if one.kind == "joined":
            names |= dict.fromkeys(ready[one.digest].step.reads)
        elif one.kind == "trend":
            names |= dict.fromkeys(one.columns)
    return list(names)
