"""What is in production: promote, roll back, and what programs that serve it ask.

- `promote.promote`, `promote.rollback`: change the champion; `promote.reconcile`: after a crash.
- `promote.champion`, `promote.deployments`: what is in production, and what was.
- `champion.document`: the same for programs.
"""
