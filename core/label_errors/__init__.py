"""Suspected labels: which are probably wrong, why, and which to check first. Arrays in, results out, no IO.

The way through: `cv_splits.shuffled_splits` -> `out_of_fold.out_of_fold` (votes of each model) ->
`LabelledRows.judge` (`classification.strategy.ClassRows` or `regression.strategy.NumberRows`) ->
`search.search`. `rules.RULES` is what decides; docs/methods/label-errors.md says why.
"""
