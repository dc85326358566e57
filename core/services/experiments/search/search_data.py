"""What every experiment of a search shares: the rows in their order, how they are judged, what is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.registry.files import TRUSTED_PREFIXES
from core.services.dataset import columns_beside
from core.services.experiments import row_facts
from core.services.experiments.joins.ready_steps import ready_steps
from core.services.experiments.recipes import own_recipes, own_transformers
from core.services.experiments.search.candidate import LEVEL, Candidate
from core.services.experiments.search.pipelines import Parts, other_columns
from core.services.experiments.trial_data import SEED, TrialData, experiment_parts, rows_together
from core.services.spec_metrics import metrics_of
from core.stats.arrays import Floats, Ints
from core.stats.bootstrap import BootstrapRules
from core.stats.metric import Metric
from core.stats.paired import Difference, loss
from core.stats.predictions import Predictions, Truth
from core.stats.together.dependence import Together
from core.store.tables import Holdout
from core.store.workspace import Workspace
from core.tables.values.content_hash import row_hashes
from core.training.fingerprint import fingerprint
from core.training.recipes import feature_table
from core.training.record_pipelines import FeatureTable
from core.training.search.derivations import READY, Derivation, ReadyStep, offer_trends
from core.training.search.schemes import Scheme, scheme_for
from core.training.tasks import Task, task_of

if TYPE_CHECKING:
    from core.model import ModelSpec


BY_BLOCKS = BootstrapRules(few_rows=0)
"""Four differences, one of each block, are judged by t: too few to be drawn anew."""


@dataclass(frozen=True, slots=True)
class SearchData:
    """The rows to learn from, oldest first, and how candidates are judged on them.

    Attributes:
        data: as a retraining reads it.
        rows: to learn from; `X` their features, `y` their labels; `beside` the columns by which sources are
            looked up and the time that a trend follows, where they are no features.
        ready: digest -> step, of joined sources and own transformers.
        trends: that a regression may stand beside.
        own: what own transformers may be tried; `problems` why others may not.
        facts: of the rows: `suspect` and `expert`, as treatments read them.
        table: which columns are numbers, categories and texts.
        together: which of the judged rows belong together.
    """

    data: TrialData
    holdout: Holdout
    rows: pd.DataFrame
    X: pd.DataFrame
    y: "pd.Series[Any]"
    facts: pd.DataFrame
    table: FeatureTable
    task: Task
    metric: Metric
    scheme: Scheme
    together: Together
    beside: Mapping[str, "pd.Series[Any]"]
    ready: Mapping[str, ReadyStep]
    trends: list[Derivation]
    own: list[Derivation]
    problems: list[str]

    @property
    def spec(self) -> "ModelSpec":
        """The model."""
        return self.data.spec

    @property
    def truth(self) -> Truth:
        """Of the judged rows."""
        judged = self.scheme.judged_rows()
        return self.task.truth(self.y.iloc[judged])

    @property
    def blocks(self) -> Ints:
        """The part of the scheme that judged each of the judged rows."""
        return np.concatenate([np.full(len(test), part) for part, (_, test) in enumerate(self.scheme.parts)])

    @property
    def share_of_fit(self) -> float:
        """What a fit on all rows takes of what it takes to judge an experiment, by the rows learnt from."""
        return len(self.rows) / sum(len(learn) for learn, _ in self.scheme.parts)

    @property
    def ids(self) -> list[str]:
        """Of the judged rows."""
        return list(self.rows["_id"].iloc[self.scheme.judged_rows()])

    def effect_rows(self, candidate: Candidate) -> Ints:
        """By which of the judged rows its one change is measured: of a trend those of the newest block.

        A trend that has ended helps on the older blocks alone.
        """
        judged, newest = len(self.scheme.judged_rows()), len(self.scheme.parts[-1][1])
        return np.arange(judged - newest if candidate.adds_trend else 0, judged)

    def difference(self, candidate: Candidate, before: Predictions, made: Predictions) -> Difference:
        """What the one change of a candidate is worth, allowing for rows that belong together.

        Of one that favours the newest rows each block is one observation: what they gain where one period is
        like the last, they lose where it is not, and the rows of a block share that (Ibragimov, Müller 2010).
        """
        if candidate.favours_newest and (blocks := self._judged_blocks()):
            return loss(self._losses(before, blocks), self._losses(made, blocks), LEVEL, BY_BLOCKS)
        rows = self.effect_rows(candidate)
        sides, together = (before.at(rows), made.at(rows)), self.together.at(rows)
        return self.metric.compare_together(self.truth[rows], *sides, LEVEL, together)[0]

    def _judged_blocks(self) -> list[Ints]:
        """The judged rows block by block; none where one of them cannot be judged alone."""
        blocks = [np.flatnonzero(self.blocks == number) for number in np.unique(self.blocks)]
        two = "two labels" in self.metric.needs
        whole = all(len(np.unique(self.truth[rows])) > 1 for rows in blocks) or not two
        return blocks if whole and len(blocks) > 1 else []

    def _losses(self, made: Predictions, blocks: list[Ints]) -> Floats:
        values = [self.metric.of_rows(self.truth[rows], made.at(rows)) for rows in blocks]
        return np.array([-self.metric.merit(value) for value in values])

    def inputs(self, candidate: Candidate) -> pd.DataFrame:
        """What a candidate reads of the rows: features, what a source is looked up by, a trend's time."""
        reads = other_columns(candidate.features, self.ready)
        beside = {name: column for name, column in self.beside.items() if name in reads}
        return self.X.assign(**beside) if beside else self.X

    def can_make(self, candidate: Candidate) -> bool:
        """Whether the sources and own code that it reads are there as they were."""
        return all(one.kind not in READY or one.digest in self.ready for one in candidate.features)

    def pipeline(self, candidate: Candidate) -> Any:
        """The unfitted pipeline of a candidate.

        Raises:
            RetrainError: there is no such recipe, or it cannot be used.
        """
        parts = Parts(self.data.settings, self.spec, self.X, self.y, self.table, self.ready)
        return parts.pipeline(candidate)

    def fingerprint(self, candidate: Candidate, pipeline: Any) -> str:
        """Of the candidate on this data, judged in this way."""
        own = {}
        if candidate.recipe.startswith(own_recipes.PREFIX):
            own = {"code": own_recipes.code_digest(self.data.settings, candidate.recipe)}
        treatment = candidate.treatment
        known = self.facts if treatment.looks_at_labels else self.facts.iloc[:0]
        parts = experiment_parts(self.data, self.holdout, pipeline, self.scheme.name)
        return fingerprint({**own, **parts, "treatment": treatment.to_json(), "facts": known.to_numpy()})


def read(ws: Workspace, data: TrialData, holdout: Holdout) -> SearchData:
    """Put the rows in their order, and choose how they are judged: forward where the order means time."""
    spec, rows = data.spec, data.training.rows
    clock = row_facts.clock_of(rows)
    rows = rows.iloc[row_facts.oldest_first(rows)].reset_index(drop=True)
    X, y = data.X(rows), rows["_label"]
    task = task_of(spec.classes, spec.threshold)
    # rows of one file without any time may be sorted by anything, by their label too
    ordered = clock == "_time" or bool((rows["_part"] == "log").any())
    scheme = scheme_for(
        task.strata(task.targets(y)), row_hashes(rows[data.content]), ordered=ordered, seed=SEED
    )
    ready = ready_steps(ws.settings, spec)
    trends = offer_trends(spec.roles.time if clock == "_time" else None, scheme, task, y)
    reads = dict.fromkeys(name for one in ready.values() for name in one.step.reads)
    reads |= dict.fromkeys(name for one in trends for name in one.columns)
    beside = columns_beside(spec, rows, [name for name in reads if name not in X.columns])
    own = own_transformers.offer(ws.settings, spec, X, y, scheme.parts[0][0])
    return SearchData(
        data=data,
        holdout=holdout,
        rows=rows,
        X=X,
        y=y,
        facts=row_facts.known_labels(ws, spec).of(rows["_id"]),
        table=feature_table(X),
        task=task,
        metric=metrics_of(spec)[spec.metric],
        scheme=scheme,
        together=rows_together(spec, rows.iloc[scheme.judged_rows()]),
        beside=beside,
        ready=ready | own.steps,
        trends=trends,
        own=own.derivations,
        problems=own.problems,
    )


def families(data: SearchData, names: tuple[str, ...] | None) -> list[str]:
    """Names of the recipes that may be searched, those of own code among them.

    Those of packages whose types the operator does not trust are left out: they could never be registered.

    Raises:
        RetrainError: one of `names` does not fit the items.
    """
    from core.errors import RetrainError
    from core.training.recipes import recipes_for

    trusted = (*TRUSTED_PREFIXES, *data.data.settings.trusted_model_types)
    fitting = [
        recipe.name
        for recipe in recipes_for(data.spec.item, data.spec.task, every=True)
        if all(name.startswith(trusted) for name in recipe.types)
    ]
    fitting += own_recipes.names(data.data.settings)
    strange = [name for name in names or () if name not in fitting]
    if strange:
        raise RetrainError(
            f"{strange[0]!r} is not a recipe for {data.spec.task} on {data.spec.item} items.",
            f"Choose among: {', '.join(fitting)}.",
        )
    return [name for name in fitting if names is None or name in names]
