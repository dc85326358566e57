"""The tests before a promotion, all computed on the two versions themselves.

- `run.run_gates`: every test of one comparison, those that could not be computed among them.
- `own_checks.run_checks`: the tests of the user's own code.
"""
