"""Which experiments become finalists: the best of each recipe that chance does not tell from the best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.stats.metric import Metric
from core.stats.predictions import Predictions, Truth
from core.stats.together.dependence import INDEPENDENT, Together


@dataclass(frozen=True, slots=True)
class ShortlistRules:
    """How many and how good.

    Attributes:
        most: each finalist costs a look at the holdout, and the levels of looks fall as their square
            (`core.training.comparison.holdout_budget`).
        level: chance that one as good as the best is left out: the usual .05.
    """

    most: int = 3
    level: float = 0.05


RULES = ShortlistRules()


def shortlist(
    recipes: Sequence[str],
    predictions_of: Callable[[int], Predictions | None],
    metric: Metric,
    truth: Truth,
    together: Together = INDEPENDENT,
    rules: ShortlistRules = RULES,
) -> list[int]:
    """Positions of the finalists among the experiments, best first: each recipe once.

    Args:
        recipes: of each experiment, best first.
        predictions_of: those of an experiment for the judged rows, by its position; None where they are gone.
        metric: that decides.
        truth: of the judged rows.
        together: which of them belong together.
        rules: how many, and from when on one is worse than the best.
    """
    by_recipe: dict[str, int] = {}
    for place, recipe in enumerate(recipes):
        if recipe not in by_recipe and len(by_recipe) < rules.most:
            best, other = predictions_of(0), predictions_of(place)
            near = place == 0
            if not near and best is not None and other is not None:
                near = metric.compare_together(truth, best, other, rules.level, together)[0].high >= 0
            if near:
                by_recipe[recipe] = place
    return list(by_recipe.values())
