"""Experiments with the columns: which may be added or taken away, and the step that does it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import RetrainError
from core.stats.arrays import Ints
from core.training.features import as_number, as_times
from core.training.record_pipelines import FeatureTable
from core.training.search.derived import DateParts, Products, TargetMeans, WithoutColumns
from core.training.search.schemes import Scheme
from core.training.tasks import Task
from core.training.trends.trend import Trend

Kind = Literal["dates", "products", "target_means", "without", "joined", "own", "trend"]
READY = ("joined", "own")
"""Kinds of steps that somebody else makes: from the rows of a source, or by own code."""
BY_SHARE, BY_AMOUNT = "by share", "by amount"


@dataclass(frozen=True, slots=True)
class DerivationRules:
    """Which changes of the columns are worth an experiment.

    Attributes:
        most_products: columns of numbers that are multiplied and divided: three pairs add six columns; ten
            columns would add ninety.
        fewest_kinds: of two kinds the indicator says all that a mean label could.
        mostly: share of the texts above which a column holds times: a twentieth may be mistyped.
        looked_at: texts by which that is decided; of 500 the share is known within 2 % (1.96 standard errors
            at .95).
    """

    most_products: int = 3
    fewest_kinds: int = 3
    mostly: float = 0.95
    looked_at: int = 500


RULES = DerivationRules()


@dataclass(frozen=True, slots=True)
class ReadyStep:
    """An unfitted step that needs more than names of columns, and what it does to them.

    Attributes:
        step: takes a table and gives a table.
        numeric: columns of numbers that it adds; `categorical` and `text` likewise.
        absent: columns that it takes away.
    """

    step: Any
    numeric: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


NO_STEPS: Mapping[str, ReadyStep] = {}


@dataclass(frozen=True, slots=True)
class Derivation:
    """One change of the columns.

    Attributes:
        kind: parts of times; products and ratios of numbers; mean labels of categories; without columns;
            columns of a source joined by key; by own code; a trend in time around the recipe.
        columns: that it reads, takes away, or (joined) adds.
        name: of the source, or of the own code; of a trend `BY_SHARE` or `BY_AMOUNT`.
        digest: of the source's rows, or of the code.
    """

    kind: Kind
    columns: tuple[str, ...]
    name: str = ""
    digest: str = ""

    @property
    def title(self) -> str:
        """For people.

        >>> Derivation("without", ("a", "b")).title
        'without a, b'
        """
        names = ", ".join(self.columns)
        return {
            "dates": f"parts of the times in {names}",
            "products": f"products and ratios of {names}",
            "target_means": f"mean labels of the kinds of {names}",
            "without": f"without {names}",
            "joined": f"with {names}",
            "own": f"columns by {self.name} (own code)",
            "trend": f"beside a trend in time, {self.name}",
        }[self.kind]

    def step(self, classes: tuple[str, ...], seed: int, ready: Mapping[str, ReadyStep] = NO_STEPS) -> Any:
        """The unfitted step before a recipe.

        Args:
            classes: of the model.
            seed: of what is drawn.
            ready: digest -> step, for the kinds in `READY`.

        Raises:
            RetrainError: a step that should be ready is not there.
        """
        if self.kind in READY:
            return self._ready(ready).step
        if self.kind == "dates":
            return DateParts(self.columns)
        if self.kind == "products":
            return Products(self.columns)
        if self.kind == "target_means":
            return TargetMeans(self.columns, classes, seed)
        return WithoutColumns(self.columns)

    def around(self, recipe: Any, seed: int) -> Any:
        """The recipe with the trend around it; as it is where this changes columns.

        Args:
            recipe: unfitted.
            seed: of the folds by which the slope is learnt.
        """
        if self.kind != "trend":
            return recipe
        return Trend(recipe, self.columns[0], by_share=self.name == BY_SHARE, random_state=seed)

    def table(
        self, before: FeatureTable, step: Any, ready: Mapping[str, ReadyStep] = NO_STEPS
    ) -> FeatureTable:
        """How the columns are read behind the step: what we derive ourselves are numbers."""
        if isinstance(step, DateParts | Products | TargetMeans):
            return replace(before, numeric=before.numeric + step.new_columns())
        made = self._ready(ready) if self.kind in READY else ReadyStep(step, absent=self.columns)
        absent = {*made.absent, *made.numeric, *made.categorical, *made.text}
        numeric, categorical, text = (
            (*(name for name in names if name not in absent), *added)
            for names, added in (
                (before.numeric, made.numeric),
                (before.categorical, made.categorical),
                (before.text, made.text),
            )
        )
        return replace(before, numeric=numeric, categorical=categorical, text=text)

    def _ready(self, ready: Mapping[str, ReadyStep]) -> ReadyStep:
        if self.digest not in ready:
            what = "joined" if self.kind == "joined" else "configured"
            raise RetrainError(
                f"{self.name} is not {what} any more as it was.", "Search anew: what is there now is tried."
            )
        return ready[self.digest]

    def to_json(self) -> dict[str, Any]:
        """As a document of a trial."""
        named = {name: getattr(self, name) for name in ("name", "digest") if getattr(self, name)}
        return {"kind": self.kind, "columns": list(self.columns), **named}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Derivation":
        """The inverse of `to_json`."""
        return cls(**{**document, "columns": tuple(document["columns"])})


def offer_trends(time: str | None, scheme: Scheme, task: Task, labels: "pd.Series[Any]") -> list[Derivation]:
    """The trends that a regression may stand beside; only the newest rows, judged forward, can tell them.

    Args:
        time: column that holds the times; None: there is none, or some rows have no time.
        scheme: how experiments are judged.
        task: of classes no trend is followed.
        labels: (n,).
    """
    if time is None or task.classes or not scheme.forward:
        return []
    by = (BY_SHARE, BY_AMOUNT) if task.truth(labels).min() >= 0 else (BY_AMOUNT,)
    return [Derivation("trend", (time,), name) for name in by]


def derivations(
    X: pd.DataFrame,
    targets: npt.NDArray[Any],
    table: FeatureTable,
    early: Ints,
    moved: Sequence[str] = (),
) -> list[Derivation]:
    """The changes that could help, the plainest first.

    Args:
        X: features, n rows.
        targets: (n,) class numbers or amounts.
        table: how the columns are read.
        early: rows by which columns are chosen: none that is judged.
        moved: columns that drift, or are faulty, by what Health found.
    """
    changes = []
    absent = tuple(name for name in moved if name in X.columns)
    if absent and len(absent) < len(X.columns):
        changes.append(Derivation("without", absent))
    if times := tuple(name for name in X.columns if _holds_times(X[name], table)):
        changes.append(Derivation("dates", times))
    if kinds := tuple(name for name in table.categorical if X[name].nunique() >= RULES.fewest_kinds):
        changes.append(Derivation("target_means", kinds))
    numbers = _strongest(X.iloc[early], targets[early], [n for n in table.numeric if n not in times])
    if len(numbers) > 1:
        changes.append(Derivation("products", numbers))
    return changes


def _holds_times(column: "pd.Series[Any]", table: FeatureTable) -> bool:
    if pd.api.types.is_datetime64_any_dtype(column):
        return True
    if column.name not in (*table.categorical, *table.text):
        return False
    values = column.dropna().head(RULES.looked_at).map(str)
    # "12" is read as a year: what is a number is no time
    if not len(values) or as_number(values).notna().any():
        return False
    return bool(as_times(values).notna().mean() > RULES.mostly)


def _strongest(X: pd.DataFrame, targets: npt.NDArray[Any], names: Sequence[str]) -> tuple[str, ...]:
    """The columns whose ranks follow the labels most; classes are taken in their order."""
    truth = pd.Series(targets.astype(float)).rank().to_numpy()
    strength = {}
    for name in names:
        rank = as_number(X[name]).rank()
        ranks = rank.fillna(rank.mean()).to_numpy()
        if ranks.std() > 0 and truth.std() > 0:
            strength[name] = abs(float(np.corrcoef(ranks, truth)[0, 1]))
    best = sorted(strength, key=lambda name: -strength[name])
    return tuple(best[: RULES.most_products])
