"""Which experiments become finalists: the best of each recipe that chance does not tell from the best.

The champion's recipe as it was is always one of them, and the first unless another is better beyond chance:
the best of many experiments owes a part of its score to luck, the one that was not chosen by it does not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.stats.metric import Metric
from core.stats.paired import Difference
from core.stats.predictions import Predictions, Truth
from core.stats.together.dependence import INDEPENDENT, Together


@dataclass(frozen=True, slots=True)
class ShortlistRules:
    """How many and how good.

    Attributes:
        most: each finalist costs a look at the holdout, and the levels of looks fall as their square
            (`core.training.comparison.holdout_budget`).
        level: chance that one as good as the best is left out: the usual .05.
        beyond: chance that one no better than the champion's recipe goes before it: a bound of 2.5 %, as of
            every gain in a search.
    """

    most: int = 3
    level: float = 0.05
    beyond: float = 0.025


RULES = ShortlistRules()


def shortlist(
    recipes: Sequence[str],
    predictions_of: Callable[[int], Predictions | None],
    metric: Metric,
    truth: Truth,
    together: Together = INDEPENDENT,
    plain: int | None = None,
    rules: ShortlistRules = RULES,
) -> list[int]:
    """Positions of the finalists among the experiments, best first: each recipe once, and the plain one.

    Args:
        recipes: of each experiment, best first.
        predictions_of: those of an experiment for the judged rows, by its position; None where they are gone.
        metric: that decides.
        truth: of the judged rows.
        together: which of them belong together.
        plain: position of the champion's recipe as it was; None where it could not be judged.
        rules: how many, and from when on one is worse than the best.
    """

    def gain(place: int, other: int, level: float) -> Difference | None:
        before, made = predictions_of(place), predictions_of(other)
        if before is None or made is None:
            return None
        return metric.compare_together(truth, before, made, level, together)[0]

    by_recipe: dict[str, int] = {}
    for place, recipe in enumerate(recipes):
        if recipe not in by_recipe and len(by_recipe) < rules.most:
            near = gain(0, place, rules.level) if place else None
            if place == 0 or (near is not None and near.high >= 0):
                by_recipe[recipe] = place
    places = list(by_recipe.values())
    if plain is None:
        return places
    if plain not in places:
        places = [*places[: rules.most - 1], plain]
    proven = gain(plain, 0, rules.beyond) if plain else None
    if proven is not None and proven.low > 0:
        return places
    return [plain, *(place for place in places if place != plain)]
