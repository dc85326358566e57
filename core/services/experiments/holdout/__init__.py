"""The rows that judge: frozen, looked at so often and no more, and replaced by newer ones.

- `freeze.freeze`: a revision and the holdout in use; `freeze.freshen`: newer rows in its place.
- `ledger.enter_look`, `ledger.budget`: looks at it, and how many are left.
- `leak.leak_on`: rows of it that a version has learnt from.
"""
