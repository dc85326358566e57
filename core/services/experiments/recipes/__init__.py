"""Recipes by name, those of the user's own code among them.

- `titles.title`: what people read of a recipe.
- `own_recipes.make`: an estimator of own code; `own_transformers.offer`: own code that changes columns.
"""
