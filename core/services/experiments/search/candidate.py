"""A candidate: one experiment that a search may make, and the pipeline that it stands for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sklearn.pipeline import Pipeline

from core.services.experiments.recipes.titles import STACK, title
from core.training.search.derivations import Derivation
from core.training.search.plan import RULES
from core.training.treatments.treatment import Treatment

LEVEL = 0.025
"""Of each bound of an effect: an interval of 95 %."""
Stage = Literal["champion", "recipe", "features", "data", "together", "tuned", "question", "stack"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One experiment that may be made.

    Attributes:
        recipe: name of a recipe.
        parameters: that differ from the recipe's own, as `set_params` takes them.
        treatment: of the rows that are learnt from.
        features: changes of the columns, in order.
        stage: why it is tried.
        base: the candidate that it differs from in one thing; None where there is none.
    """

    recipe: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    treatment: Treatment = field(default_factory=Treatment)
    features: tuple[Derivation, ...] = ()
    stage: Stage = "recipe"
    base: "Candidate | None" = None

    @property
    def key(self) -> str:
        """The same for the same experiment on the same data, whatever it is tried for."""
        features = [one.to_json() for one in self.features]
        parts = [self.recipe, dict(self.parameters), self.treatment.to_json(), features]
        return json.dumps(parts, sort_keys=True)

    def to_json(self) -> dict[str, Any]:
        """As it is kept with its trial."""
        return {
            "stage": self.stage,
            "parameters": dict(self.parameters),
            "treatment": self.treatment.to_json(),
            "features": [one.to_json() for one in self.features],
        }

    @classmethod
    def from_json(cls, recipe: str, document: Mapping[str, Any]) -> "Candidate":
        """The inverse of `to_json`, without the base."""
        return cls(
            recipe,
            document["parameters"],
            Treatment(**document["treatment"]),
            tuple(Derivation.from_json(one) for one in document.get("features", ())),
            document["stage"],
        )

    @property
    def adds_trend(self) -> bool:
        """Whether the one thing in which it differs from its base is a trend."""
        return self.stage == "features" and self.features[-1].kind == "trend"

    @property
    def favours_newest(self) -> bool:
        """Whether the one thing in which it differs from its base is how much the newest rows count."""
        return self.stage == "data" and self.treatment.kind in {"newest", "decay"}

    def may_be_best(self, effect: Mapping[str, Any] | None) -> bool:
        """Whether it may be kept: fewer rows only answer a question; a bet on time must help beyond chance.

        A trend is carried on beyond the rows that were seen, and rows that are left out are gone for every
        experiment that follows, so that either by chance costs more than a column.

        Args:
            effect: what its one change is worth: `difference`, its bounds `low` and `high`, and `p`; None
                where that is not known.
        """
        if self.treatment.kind == "sample":
            return False
        if self.favours_newest:
            # of some bets one wins by chance: their levels add up to that of one gain (Bonferroni)
            bets = len(RULES.windows) + len(RULES.halvings)
            return effect is not None and effect["difference"] > 0 and bets * effect["p"] < 2 * LEVEL
        return not self.adds_trend or (effect is not None and effect["low"] > 0)

    def configure(self, pipeline: Pipeline) -> Pipeline:
        """The recipe's pipeline with the parameters of the candidate."""
        return pipeline.set_params(**self.parameters) if self.parameters else pipeline


def describe(candidate: Candidate) -> str:
    """A candidate in a few words.

    >>> describe(Candidate("ridge", {"model__alpha": 2.0}))
    'Linear regression, alpha 2'
    """
    if candidate.recipe == STACK:
        return title(STACK)
    words = [title(candidate.recipe)]
    words += [f"{name.rpartition('__')[2]} {_brief(value)}" for name, value in candidate.parameters.items()]
    words += [one.title for one in candidate.features]
    if candidate.treatment.kind != "all":
        words.append(candidate.treatment.title)
    return ", ".join(words)


def _brief(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
