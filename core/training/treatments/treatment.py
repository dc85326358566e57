"""Treatments of the rows that are learnt from: a newest window, weights that decay, confirmed labels."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.errors import RetrainError
from core.stats.arrays import Floats, Ints

Kind = Literal["all", "newest", "decay", "without_suspects", "corrected_only", "experts_weighted", "sample"]
SEED = 0


@dataclass(frozen=True, slots=True)
class TreatmentRules:
    """When a treatment leaves too little.

    Attributes:
        fewest: rows that are left to learn from: as many as a retraining needs
            (`core.training.split.SplitRules`).
    """

    fewest: int = 40


RULES = TreatmentRules()


@dataclass(frozen=True, slots=True)
class Treated:
    """The rows to learn from, by position, and their weights; None: all weigh the same."""

    rows: Ints
    weights: Floats | None = None


@dataclass(frozen=True, slots=True)
class Treatment:
    """What becomes of the rows before a model learns from them.

    Attributes:
        kind: all; newest: the newest share; decay: weights halve over that share of the rows; rows without
            open suspects; rows whose label experts corrected or confirmed only; those weighted so many times;
            sample: a share at random, by which a search sees what fewer labels would give.
        amount: share or factor of the kind; 1.0 where it needs none.
    """

    kind: Kind = "all"
    amount: float = 1.0

    @property
    def title(self) -> str:
        """For people.

        >>> Treatment("newest", 0.25).title, Treatment().title
        ('the newest 25 % of the rows', 'all rows')
        """
        return {
            "all": "all rows",
            "newest": f"the newest {100 * self.amount:.0f} % of the rows",
            "decay": f"weights that halve every {100 * self.amount:.0f} % of the rows",
            "without_suspects": "without the rows whose labels are suspected",
            "corrected_only": "only the rows whose labels experts have looked at",
            "experts_weighted": f"labels of experts weighted {self.amount:g} times",
            "sample": f"{100 * self.amount:.0f} % of the rows at random",
        }[self.kind]

    @property
    def looks_at_labels(self) -> bool:
        """Whether it is decided by what is known of labels: who has settled them, and which are suspected."""
        return self.kind in {"without_suspects", "corrected_only", "experts_weighted"}

    def apply(self, facts: pd.DataFrame, learn: Ints) -> Treated:
        """The rows of a model that may learn from `learn` (positions, oldest first).

        Args:
            facts: of all rows: `suspect` and `expert`, truth values.
            learn: positions that may be learnt from.

        Raises:
            RetrainError: too few rows are left.

        >>> facts = pd.DataFrame({"suspect": False, "expert": False}, index=range(100))
        >>> Treatment("newest", 0.5).apply(facts, np.arange(100)).rows[0]
        np.int64(50)
        """
        treated = self._treat(facts, learn)
        if len(treated.rows) < min(RULES.fewest, len(learn)):
            raise RetrainError(
                f"{self.title.capitalize()}: only {len(treated.rows)} rows are left to learn from.",
                "Label more rows first.",
            )
        return treated

    def _treat(self, facts: pd.DataFrame, learn: Ints) -> Treated:
        if self.kind == "newest":
            return Treated(learn[len(learn) - int(self.amount * len(learn)) :])
        if self.kind == "decay":
            age = np.arange(len(learn))[::-1] / len(learn)
            return Treated(learn, 0.5 ** (age / self.amount))
        if self.kind == "sample":
            size = int(self.amount * len(learn))
            return Treated(np.sort(np.random.default_rng(SEED).choice(learn, size, replace=False)))
        return self._by_label(facts, learn) if self.looks_at_labels else Treated(learn)

    def _by_label(self, facts: pd.DataFrame, learn: Ints) -> Treated:
        if self.kind == "without_suspects":
            return Treated(learn[~facts["suspect"].to_numpy()[learn]])
        expert = facts["expert"].to_numpy()[learn]
        if self.kind == "corrected_only":
            return Treated(learn[expert])
        return Treated(learn, np.where(expert, self.amount, 1.0))

    def to_json(self) -> dict[str, Any]:
        """As a document of a trial."""
        return {"kind": self.kind, "amount": self.amount}
