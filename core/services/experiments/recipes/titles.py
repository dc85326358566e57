"""Names of recipes for people, of what is none but stands in the place of one, too."""

from core.errors import RetrainError

AS_CHAMPION = "champion"
"""In the place of a recipe: what made the champion, with its parameters, columns and rows, or its stack."""
STACK = "stack"
"""What a search calls the weighted mean of its best experiments: no recipe that can be trained by name."""


def title(recipe: str) -> str:
    """A recipe's name for people.

    Raises:
        RetrainError: there is no such recipe.

    >>> title(STACK), title("entry:boosted")
    ('Stack of experiments', 'boosted (own code)')
    """
    from core.services.experiments.recipes import own_recipes
    from core.training.recipes import RECIPES

    if recipe.startswith(own_recipes.PREFIX):
        return own_recipes.title(recipe)
    if recipe == STACK:
        return "Stack of experiments"
    if recipe == AS_CHAMPION:
        return "As the champion"
    if recipe not in RECIPES:
        raise RetrainError(f"There is no recipe {recipe!r}.", f"Choose one of: {', '.join(RECIPES)}.")
    return RECIPES[recipe].title
